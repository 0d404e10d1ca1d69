"""What a person is called on a page: a pseudonym, or, in a session that may see names, the name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from credence.web.resources import last
from credencepb.candidates.v1.candidate_pb2 import Candidate


@dataclass(frozen=True, slots=True)
class Label:
    """`text` is what the person is called; `aside` the employer's own id beside a name, else empty."""

    text: str
    aside: str = ""


def label(candidate: str, external_id: str, names: Mapping[str, str]) -> Label:
    """`names` by resource name; empty in a blind session, which never asked for any."""
    pseudonym = external_id or f"candidate {last(candidate)[:8]}"
    name = names.get(candidate, "")
    return Label(name, pseudonym) if name else Label(pseudonym)


def names_of(candidates: Iterable[Candidate]) -> dict[str, str]:
    """Resource name to display name, of those that have one."""
    return {c.name: c.identity.display_name for c in candidates if c.identity.display_name}
