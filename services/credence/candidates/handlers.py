"""What can be done with candidates. Each use case runs inside the caller's transaction and publishes what it changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from credence.candidates import domain
from credence.candidates.convert import etag_of, name_of, to_event
from credence.candidates.domain import Candidate, Content
from credence.candidates.store import CandidateStore, Change
from credence.candidates.validation import violations
from credence.platform.clock import Clock
from credence.platform.errors import (
    AlreadyExists,
    CredenceError,
    Deleted,
    EtagMismatch,
    InvalidField,
    NotFound,
)
from credence.platform.etags import check_etag
from credence.platform.kafka.events import Event, new_event, tombstone
from credence.platform.names import new_id
from credence.platform.sql.database import Transaction
from credence.topics import CANDIDATES
from credencepb.candidates.v1.candidate_events_pb2 import CandidateChanged, CandidateDeleted

Outcome = Literal["created", "updated", "unchanged", "failed"]


@dataclass(frozen=True, slots=True)
class Upsert:
    """One item of a batch: what should be, and the etag that the caller last saw ("" for none)."""

    content: Content
    etag: str = ""


@dataclass(frozen=True, slots=True)
class Upserted:
    """What became of one item; `error` only when it failed."""

    outcome: Outcome
    name: str
    external_id: str
    error: CredenceError | None = None


@dataclass(frozen=True, slots=True)
class Handlers:
    store: CandidateStore
    clock: Clock

    def create(
        self, tx: Transaction, content: Content, *, candidate_id: str, actor: str, validate_only: bool = False
    ) -> Candidate:
        """A new candidate. Raises InvalidField (all violations at once) and AlreadyExists."""
        _check(content)
        now = self.clock.now()
        chosen = candidate_id or (
            domain.candidate_id(tx.tenant, content.external_id) if content.external_id else new_id()
        )
        candidate = Candidate(chosen, content, 1, now, now)
        name = name_of(tx.tenant, chosen)
        if validate_only:
            free = not (self.store.get(tx, [chosen]) or self.store.lock_external(tx, [content.external_id]))
        else:
            free = chosen in self.store.insert(tx, [candidate])
        if not free:
            raise AlreadyExists(name, f"{name}, or its external_id {content.external_id!r}, exists")
        if not validate_only:
            self._publish(tx, [(candidate, "create")], actor)
        return candidate

    def get(self, tx: Transaction, candidate_id: str) -> Candidate:
        """A candidate, deleted ones too. Raises NotFound."""
        found = self.store.get(tx, [candidate_id])
        if candidate_id not in found:
            raise NotFound(name_of(tx.tenant, candidate_id))
        return found[candidate_id]

    def update(
        self,
        tx: Transaction,
        present: Candidate,
        content: Content,
        *,
        etag: str,
        actor: str,
        validate_only: bool = False,
    ) -> Candidate:
        """`present`, which `locked` gave, with new contents; unchanged contents keep the revision and publish nothing."""
        _check(content)
        self._check_writable(tx, present, etag)
        changed = present.changed(content, self.clock.now())
        if changed is not present and not validate_only:
            self.store.update(tx, [changed])
            self._publish(tx, [(changed, "update")], actor)
        return changed

    def locked(self, tx: Transaction, candidate_id: str) -> Candidate | None:
        """The candidate, held until the transaction ends; None when there is none."""
        return self.store.lock(tx, [candidate_id]).get(candidate_id)

    def delete(self, tx: Transaction, candidate_id: str, *, etag: str, actor: str) -> Candidate:
        """Soft: out of every ranking. Raises Deleted for one that is deleted already."""
        present = self._require(tx, candidate_id)
        self._check_writable(tx, present, etag)
        gone = present.deleted(self.clock.now())
        self.store.update(tx, [gone])
        self._publish(tx, [(gone, "delete")], actor)
        return gone

    def undelete(self, tx: Transaction, candidate_id: str, *, etag: str, actor: str) -> Candidate:
        """Back into the rankings; one that is not deleted is returned as it is."""
        present = self._require(tx, candidate_id)
        check_etag(name_of(tx.tenant, candidate_id), etag, etag_of(tx.tenant, present))
        if present.delete_time is None:
            return present
        back = present.undeleted(self.clock.now())
        self.store.update(tx, [back])
        self._publish(tx, [(back, "undelete")], actor)
        return back

    def purge(self, tx: Transaction, candidate_id: str, *, force: bool) -> None:
        """Erases here at once, elsewhere by a tombstone. Raises Deleted (not deleted yet) unless `force`."""
        present = self._require(tx, candidate_id)
        name = name_of(tx.tenant, candidate_id)
        if present.delete_time is None and not force:
            raise Deleted(name, f"{name} must be deleted before it is purged, or purged with force")
        self.store.purge(tx, candidate_id, name)
        tx.publish(tombstone(CANDIDATES, tenant=tx.tenant, subject=name, revision=present.revision + 1))

    def upsert(
        self, tx: Transaction, items: Sequence[Upsert | CredenceError], *, actor: str
    ) -> list[Upserted]:
        """Each item by its external_id, created or replaced; one result an item, in order. A failed item harms no other.

        An item that could not even be read comes in as its error.
        """
        seen: set[str] = set()
        results: list[Upserted | None] = [_precheck(item, i, seen) for i, item in enumerate(items)]
        open_items = {
            item.content.external_id: (i, item)
            for i, item in enumerate(items)
            if results[i] is None and isinstance(item, Upsert)
        }
        changes: list[tuple[Candidate, str]] = []
        now = self.clock.now()
        present = self.store.lock_external(tx, list(open_items))
        new = [
            Candidate(domain.candidate_id(tx.tenant, external_id), item.content, 1, now, now)
            for external_id, (_, item) in open_items.items()
            if external_id not in present
        ]
        made = self.store.insert(tx, new)
        late = [c.content.external_id for c in new if c.id not in made]
        if late:  # somebody else created them a moment ago
            present |= self.store.lock_external(tx, late)
        for candidate in new:
            external_id = candidate.content.external_id
            if candidate.id in made:
                changes.append((candidate, "create"))
                results[open_items[external_id][0]] = _done(tx.tenant, candidate, "created")
        for external_id, before in present.items():
            i, item = open_items[external_id]
            try:
                self._check_writable(tx, before, item.etag)
            except (Deleted, EtagMismatch) as error:
                results[i] = Upserted("failed", name_of(tx.tenant, before.id), external_id, error)
                continue
            after = before.changed(item.content, now)
            if after is not before:
                changes.append((after, "update"))
            results[i] = _done(tx.tenant, after, "unchanged" if after is before else "updated")
        self.store.update(tx, [c for c, action in changes if action == "update"])
        self._publish(tx, changes, actor)
        return [result or _taken(item) for result, item in zip(results, items, strict=True)]

    def _require(self, tx: Transaction, candidate_id: str) -> Candidate:
        present = self.locked(tx, candidate_id)
        if present is None:
            raise NotFound(name_of(tx.tenant, candidate_id))
        return present

    def _check_writable(self, tx: Transaction, present: Candidate, etag: str) -> None:
        name = name_of(tx.tenant, present.id)
        if present.delete_time is not None:
            raise Deleted(name)
        check_etag(name, etag, etag_of(tx.tenant, present))

    def _publish(self, tx: Transaction, changes: Sequence[tuple[Candidate, str]], actor: str) -> None:
        self.store.note(tx, [Change(c.id, c.revision, c.update_time, actor, action) for c, action in changes])
        tx.publish(*(_event(tx.tenant, candidate) for candidate, _ in changes))


def _event(tenant: str, candidate: Candidate) -> Event:
    name = name_of(tenant, candidate.id)
    payload: CandidateChanged | CandidateDeleted = CandidateDeleted(candidate=name)
    if candidate.delete_time is None:
        payload = CandidateChanged(candidate=to_event(tenant, candidate))
    return new_event(CANDIDATES, payload, tenant=tenant, subject=name, revision=candidate.revision)


def _check(content: Content) -> None:
    found = violations(content)
    if found:
        raise InvalidField.several(found)


def _precheck(item: Upsert | CredenceError, index: int, seen: set[str]) -> Upserted | None:
    """The failure of an item that cannot be stored whatever the database holds; `seen` are the external ids before it."""
    if isinstance(item, CredenceError):
        return Upserted("failed", "", "", item)
    external_id = item.content.external_id
    found = violations(item.content, f"candidates[{index}]")
    if not external_id:
        found.append((f"candidates[{index}].external_id", "is required: a batch is matched by it"))
    elif external_id in seen:
        found.append((f"candidates[{index}].external_id", f"{external_id!r} stands earlier in this batch"))
    seen.add(external_id)
    return Upserted("failed", "", external_id, InvalidField.several(found)) if found else None


def _done(tenant: str, candidate: Candidate, outcome: Outcome) -> Upserted:
    return Upserted(outcome, name_of(tenant, candidate.id), candidate.content.external_id)


def _taken(item: Upsert | CredenceError) -> Upserted:
    external_id = item.content.external_id if isinstance(item, Upsert) else ""
    error = AlreadyExists(external_id, f"the id that belongs to {external_id!r} is another candidate's")
    return Upserted("failed", "", external_id, error)
