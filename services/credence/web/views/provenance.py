"""What a ranking stands on, and the notice that goes with everything a machine has ordered."""

from dataclasses import dataclass
from typing import Final

from credence.web.resources import last
from credencepb.matching.v1.ranking_pb2 import Provenance

NOTICE: Final = (
    "An automated tool ordered these candidates by the evidence that it could find. It decides nothing and removes nobody:"
    " every decision is a person's, with a reason, and candidates may ask for a review by a person."
)


@dataclass(frozen=True, slots=True)
class ProvenanceView:
    ranking: str
    role_revision: int
    index_position: int
    policy: str
    taxonomy: str
    encoder: str
    filter: str

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        return (
            ("Ranking", self.ranking),
            ("Scoring policy", self.policy),
            ("Taxonomy", self.taxonomy),
            ("Encoder", self.encoder),
            ("Role revision", str(self.role_revision)),
            ("Index position", str(self.index_position)),
        )


def provenance_view(provenance: Provenance) -> ProvenanceView:
    return ProvenanceView(
        last(provenance.ranking),
        provenance.role_revision,
        provenance.index_position,
        provenance.policy_version,
        provenance.taxonomy_version,
        provenance.encoder_version,
        provenance.filter,
    )
