"""Resource names of one tenant and their last segments, which are what stands in our addresses."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Names:
    tenant: str

    @property
    def parent(self) -> str:
        return f"tenants/{self.tenant}"

    def role(self, role: str) -> str:
        return f"{self.parent}/roles/{role}"

    def candidate(self, candidate: str) -> str:
        return f"{self.parent}/candidates/{candidate}"

    def profile(self, candidate: str) -> str:
        return f"{self.parent}/profiles/{candidate}"

    def ranking(self, ranking: str) -> str:
        return f"{self.parent}/rankings/{ranking}"

    def cohort(self, cohort: str) -> str:
        return f"{self.parent}/cohorts/{cohort}"

    def audit(self, audit: str) -> str:
        return f"{self.parent}/audits/{audit}"


def last(name: str) -> str:
    """`abc` of `tenants/t/candidates/abc`."""
    return name.rsplit("/", 1)[-1]
