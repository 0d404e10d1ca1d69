"""All of Credence with an invented company in it, as its users see it: for tests and benchmarks across services."""

import socket
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from credence.cli.stack import Stack, StackOptions
from credence.demo import Company, write
from credence.platform.local import Service, free_port
from credencepb.audit.v1 import audit_service_pb2 as audit_api
from credencepb.audit.v1.audit_service_pb2_grpc import AuditServiceStub
from credencepb.candidates.v1 import candidate_pb2
from credencepb.candidates.v1 import candidates_service_pb2 as candidates_api
from credencepb.candidates.v1.candidates_service_pb2_grpc import CandidatesServiceStub
from credencepb.credentials.v1 import credentials_service_pb2 as credentials_api
from credencepb.credentials.v1 import profile_pb2
from credencepb.credentials.v1.credentials_service_pb2_grpc import CredentialsServiceStub
from credencepb.matching.v1 import matching_service_pb2 as matching_api
from credencepb.matching.v1 import ranking_pb2
from credencepb.matching.v1.matching_service_pb2_grpc import MatchingServiceStub
from credencepb.matching.v1.role_pb2 import Role
from support.flow import Flow

REFERENCE = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
CHUNK = 100

# a machine that does many things at once is not a document that takes too long
PATIENT = {"CREDENCE_VERIFICATION_TIMEOUT_SECONDS": "60"}
"""Settings for tests whose result must not depend on how busy the machine is."""


@dataclass
class Workplace:
    """A running stack and the company that moves in; use `open_workplace`."""

    stack: Stack
    company: Company
    roles: dict[str, Role] = field(default_factory=dict)
    """By title, once `set_up` has drafted them."""

    @property
    def tenant(self) -> str:
        return f"tenants/{self.company.tenant}"

    @cached_property
    def candidates(self) -> CandidatesServiceStub:
        return CandidatesServiceStub(self.stack.channel("candidates", deadline_s=60))

    @cached_property
    def credentials(self) -> CredentialsServiceStub:
        return CredentialsServiceStub(self.stack.channel("credentials", deadline_s=60))

    @cached_property
    def matching(self) -> MatchingServiceStub:
        return MatchingServiceStub(self.stack.channel("matching", deadline_s=60))

    @cached_property
    def audit(self) -> AuditServiceStub:
        return AuditServiceStub(self.stack.channel("audit", deadline_s=60))

    @cached_property
    def flow(self) -> Flow:
        return Flow(self.stack.bootstrap, self.stack.postgres_url)

    def set_up(self) -> None:
        """Registry, roles from the postings, cohorts and catalogue: all that stands before people come."""
        for issuer in self.company.issuers:
            self.credentials.UpdateIssuer(
                credentials_api.UpdateIssuerRequest(issuer=issuer, allow_missing=True)
            )
        for title, postings in self.company.postings.items():
            draft = self.matching.DraftRole(
                matching_api.DraftRoleRequest(parent=self.tenant, title=title, postings=postings)
            ).draft
            draft.role.name = f"{self.tenant}/roles/{title.lower().replace(' ', '-')}"
            self.roles[title] = self.matching.UpdateRole(
                matching_api.UpdateRoleRequest(role=draft.role, allow_missing=True)
            )
        for cohort in self.company.cohorts:
            self.audit.UpdateCohort(audit_api.UpdateCohortRequest(cohort=cohort, allow_missing=True))
        offered = self.audit.BatchUpsertProgrammes(
            audit_api.BatchUpsertProgrammesRequest(parent=self.tenant, programmes=self.company.programmes)
        )
        refused = [result for result in offered.results if result.reason]
        assert not refused, refused

    def take_in(
        self, people: Sequence[candidate_pb2.Candidate], chunk: int = CHUNK
    ) -> candidates_api.ImportCandidatesResponse:
        """Imports them in one stream; the last answer."""
        last = candidates_api.ImportCandidatesResponse()
        for last in self.candidates.ImportCandidates(self.stream(people, chunk)):
            assert not last.failures, last.failures
        assert last.done
        return last

    def stream(
        self, people: Sequence[candidate_pb2.Candidate], chunk: int = CHUNK
    ) -> Iterator[candidates_api.ImportCandidatesRequest]:
        for start in range(0, len(people), chunk):
            yield candidates_api.ImportCandidatesRequest(
                parent=self.tenant, candidates=people[start : start + chunk]
            )

    def settle(self, within: float = 120.0) -> None:
        """Returns when everything that was written has reached every service, and the index that ranks."""
        self.flow.drained(within)
        if self.roles:
            role = next(iter(self.roles.values())).name
            self.flow.until(
                lambda: (
                    self.rank_page(role, page_size=1).provenance.index_position
                    == self.flow.index_position(self.company.tenant)
                ),
                within,
                "the index holds what its database holds",
            )

    def candidate(self, external_id: str) -> candidate_pb2.Candidate:
        """As stored. LookupError: there is none."""
        found = self.candidates.ListCandidates(
            candidates_api.ListCandidatesRequest(
                parent=self.tenant, external_id=external_id, show_deleted=True
            )
        ).candidates
        if not found:
            raise LookupError(external_id)
        return found[0]

    def profile(self, external_id: str) -> profile_pb2.Profile:
        return self.profile_of(self.candidate(external_id).name)

    def profile_of(self, candidate: str) -> profile_pb2.Profile:
        name = candidate.replace("/candidates/", "/profiles/")
        return self.credentials.GetProfile(credentials_api.GetProfileRequest(name=name))

    def rank_page(self, role: str, **arguments: Any) -> matching_api.RankCandidatesResponse:
        return self.matching.RankCandidates(matching_api.RankCandidatesRequest(role=role, **arguments))

    def ranking(self, role: str, page_size: int = 500) -> list[ranking_pb2.RankedCandidate]:
        """All pages; each candidate once, in order."""
        token, ranked = "", []
        while True:
            page = self.rank_page(role, page_size=page_size, page_token=token)
            ranked += page.candidates
            token = page.next_page_token
            if not token:
                assert len(ranked) == page.total_size
                return ranked

    def ranked(self, title: str) -> dict[str, ranking_pb2.RankedCandidate]:
        """The ranking for the role with this title, by external_id."""
        return {c.external_id: c for c in self.ranking(self.roles[title].name)}

    def explain(self, title: str, candidate: str) -> ranking_pb2.RankedCandidate:
        """With every contribution and factor."""
        return self.matching.ExplainCandidate(
            matching_api.ExplainCandidateRequest(role=self.roles[title].name, candidate=candidate)
        ).candidate


@contextmanager
def open_workplace(
    folder: Path, company: Company, *, extra: Mapping[str, str] = MappingProxyType({}), **options: Any
) -> Iterator[Workplace]:
    """`with open_workplace(tmp_path, generate(...)) as place:` - everything runs, nobody is imported yet.

    `options` are those of StackOptions; time stands still at `NOW` unless `clock_at` says otherwise. The issuers' documents are served
    on loopback.
    """
    write(company, folder / "company")
    port = free_port()
    given: dict[str, Any] = {"web": False, "clock_at": NOW, **options}
    chosen = StackOptions(
        tenant=company.tenant,
        development_hosts={".credence-demo.test": f"http://127.0.0.1:{port}"},
        extra={**PATIENT, **extra},
        **given,
    )
    published = Service(
        [sys.executable, "-m", "credence.demo.serve", str(folder / "company" / "web"), str(port)],
        log=folder / "issuers.log",
        ready=lambda: _answers(port),
    )
    with Stack(folder, chosen) as stack:
        stack.start({"issuers": published})
        yield Workplace(stack, company)


def _answers(port: int) -> bool:
    with socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
