"""What can be done with roles. Each use case runs inside the caller's transaction and publishes what it changed."""

from dataclasses import dataclass

from google.protobuf.field_mask_pb2 import FieldMask
from sqlalchemy.exc import IntegrityError

from credence.matching import convert, domain
from credence.matching import draft as drafts
from credence.matching.skills import Skills
from credence.matching.store import RoleStore
from credence.platform.clock import Clock
from credence.platform.errors import AlreadyExists, EtagMismatch, InvalidField, NotFound, TooLarge
from credence.platform.etags import check_etag, etag
from credence.platform.kafka.events import new_event, tombstone
from credence.platform.masks import apply_update_mask
from credence.platform.names import check_id, new_id
from credence.platform.sql.database import Transaction
from credence.topics import ROLES
from credencepb.matching.v1 import role_pb2 as pb
from credencepb.matching.v1.matching_events_pb2 import RoleChanged

WRITABLE = ("external_id", "title", "summary", "competencies")

MAX_POSTINGS = 500
MAX_POSTING = 20_000


@dataclass(frozen=True, slots=True)
class RoleHandlers:
    store: RoleStore
    skills: Skills
    clock: Clock

    def create(self, tx: Transaction, sent: pb.Role, *, role_id: str, validate_only: bool = False) -> pb.Role:
        """A new role. Raises InvalidField (all violations at once) and AlreadyExists."""
        chosen = check_id(role_id, "role_id") if role_id else new_id()
        kept = self.store.lock(tx, chosen)
        if kept.role is not None:
            raise AlreadyExists(convert.role_name(tx.tenant, chosen))
        return self._write(tx, chosen, self._settled(_written(sent)), kept.revision, None, validate_only)

    def get(self, tx: Transaction, role_id: str) -> pb.Role:
        """Raises NotFound."""
        role = self.store.get(tx, role_id)
        if role is None:
            raise NotFound(convert.role_name(tx.tenant, role_id))
        return role

    def update(
        self,
        tx: Transaction,
        role_id: str,
        sent: pb.Role,
        mask: FieldMask,
        *,
        allow_missing: bool = False,
        validate_only: bool = False,
    ) -> pb.Role:
        """The role with what `mask` names taken from `sent`; an update that changes nothing leaves its revision.

        Raises NotFound, EtagMismatch, InvalidUpdateMask, InvalidField, AlreadyExists (external id).
        """
        kept = self.store.lock(tx, role_id)
        name = convert.role_name(tx.tenant, role_id)
        if kept.role is None:
            if not allow_missing:
                raise NotFound(name)
            if sent.etag:
                raise EtagMismatch(name, "")
            return self._write(tx, role_id, self._settled(_written(sent)), kept.revision, None, validate_only)
        check_etag(name, sent.etag, etag(kept.role))
        changed = self._settled(apply_update_mask(kept.role, sent, mask, writable=WRITABLE))
        if changed == kept.role:
            return convert.shown(kept.role)
        return self._write(tx, role_id, changed, kept.revision, kept.role, validate_only)

    def delete(self, tx: Transaction, role_id: str, sent_etag: str) -> None:
        """Raises NotFound and EtagMismatch. Rankings given and decisions stay."""
        kept = self.store.lock(tx, role_id)
        name = convert.role_name(tx.tenant, role_id)
        if kept.role is None:
            raise NotFound(name)
        check_etag(name, sent_etag, etag(kept.role))
        self.store.delete(tx, role_id, kept.revision + 1)
        tx.publish(tombstone(ROLES, tenant=tx.tenant, subject=name, revision=kept.revision + 1))

    def draft(self, title: str, postings: list[str], policy: drafts.Policy) -> pb.RoleDraft:
        """Raises InvalidField and TooLarge."""
        if len(title) > domain.MAX_TITLE:
            raise InvalidField("title", f"must be at most {domain.MAX_TITLE} characters, not {len(title)}")
        if not postings:
            raise InvalidField("postings", f"must be 1 to {MAX_POSTINGS} texts")
        if len(postings) > MAX_POSTINGS:
            raise TooLarge("postings", limit=MAX_POSTINGS, actual=len(postings))
        for i, posting in enumerate(postings):
            if len(posting) > MAX_POSTING:
                raise TooLarge(f"postings[{i}]", limit=MAX_POSTING, actual=len(posting))
        draft = drafts.draft(postings, self.skills.mentions(postings), policy)
        return convert.drafted(title, draft, len(postings), policy)

    def _settled(self, role: pb.Role) -> pb.Role:
        """The role with ids, concepts and labels filled in; raises InvalidField with all that is wrong."""
        profile = convert.profile_of(role)
        wrong = domain.violations(profile)
        if len(profile.competencies) <= domain.MAX_COMPETENCIES:
            lines, unknown = self.skills.settle(profile.competencies, "role")
            wrong += unknown
        if wrong:
            raise InvalidField.several(wrong)
        return convert.with_lines(role, domain.with_ids(lines))

    def _write(
        self,
        tx: Transaction,
        role_id: str,
        role: pb.Role,
        revision: int,
        before: pb.Role | None,
        validate_only: bool,
    ) -> pb.Role:
        """`revision` is the last one used under this id."""
        name = convert.role_name(tx.tenant, role_id)
        if role.external_id:
            holder = self.store.holder(tx, role.external_id)
            if holder is not None and holder != role_id:
                other = convert.role_name(tx.tenant, holder)
                raise AlreadyExists(other, f"{other} has the external_id {role.external_id!r}")
        now = self.clock.now()
        role.name = name
        role.revision = revision + 1
        role.create_time.FromDatetime(now) if before is None else role.create_time.CopyFrom(
            before.create_time
        )
        role.update_time.FromDatetime(now)
        if not validate_only:
            try:
                written = self.store.put(tx, role_id, role)
            except IntegrityError as error:  # the external id was taken between the look and the write
                raise AlreadyExists(name, f"another role has the external_id {role.external_id!r}") from error
            if not written:
                raise AlreadyExists(name)
            changed = RoleChanged(role=convert.shown(role))
            tx.publish(new_event(ROLES, changed, tenant=tx.tenant, subject=name, revision=role.revision))
        return convert.shown(role)


def _written(sent: pb.Role) -> pb.Role:
    """What the author sent, without output-only fields."""
    return apply_update_mask(pb.Role(), sent, FieldMask(paths=["*"]), writable=WRITABLE)
