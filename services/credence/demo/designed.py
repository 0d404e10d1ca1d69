"""A few people made by hand, alike in all but one thing, so that a test can say who must rank better and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from credencepb.candidates.v1 import candidate_pb2 as pb

from .credentials import Award, Flaw, Mint
from .dates import add_months
from .identities import holder_did, identity
from .model import Pair
from .people import Person, external_id
from .source import load

CHARTERED = "chartered_analyst"
SHALLOW = ("mooc_dataviz", "mooc_spreadsheets", "generic_thinking", "generic_digital", "generic_slides")
FIT = 0.8


@dataclass(frozen=True, slots=True)
class Hand:
    """What one designed person has beside what all of them have."""

    role: str
    awards: tuple[tuple[str, Flaw | None], ...] = ()
    claims_chartered: bool = False
    portfolio: bool = False
    months_ago: int = 10


HANDS = (
    Hand("verified", ((CHARTERED, None),)),
    Hand("claimed", claims_chartered=True),
    Hand("sound", (("analyst_sql", None), (CHARTERED, None))),
    Hand("tampered", (("analyst_sql", None), (CHARTERED, Flaw.TAMPERED))),
    Hand("collector", tuple((key, None) for key in SHALLOW)),
    Hand("credential_and_portfolio", (("sprint_data", None),), portfolio=True),
    Hand("credential_only", (("sprint_data", None),)),
    Hand("portfolio_only", portfolio=True),
    Hand("revoked", ((CHARTERED, Flaw.REVOKED),)),
    Hand("expired", ((CHARTERED, None),), months_ago=40),
    Hand("borrowed", ((CHARTERED, Flaw.BORROWED),)),
    Hand("unregistered", (("kestrel_stats", None),)),
    Hand("red_flagged", (("mill_data_master", None),)),
    Hand("look_alike", (("lookalike_chartered", None),)),
)

PAIRS = {
    "verified_beats_claimed": (
        "verified",
        "claimed",
        "the same credential, once verified and once only claimed",
    ),
    "sound_beats_tampered": ("sound", "tampered", "the same credentials, one of them changed after signing"),
    "specialist_beats_collector": (
        "verified",
        "collector",
        "one rigorous credential against five shallow ones",
    ),
    "both_beat_credential": (
        "credential_and_portfolio",
        "credential_only",
        "the same credential with and without work",
    ),
    "both_beat_portfolio": (
        "credential_and_portfolio",
        "portfolio_only",
        "the same work with and without a credential",
    ),
    "valid_beats_revoked": ("verified", "revoked", "the same credential, valid and revoked"),
    "valid_beats_expired": ("verified", "expired", "the same credential, valid and expired"),
    "own_beats_borrowed": ("verified", "borrowed", "the same credential, one's own and someone else's"),
    "recognised_beats_look_alike": (
        "verified",
        "look_alike",
        "an institute, and an issuer that only looks like it",
    ),
    "recognised_beats_red_flagged": ("verified", "red_flagged", "an examined credential, and a bought one"),
}


def designed(mint: Mint, first_index: int) -> tuple[list[pb.Candidate], dict[str, Pair], list[Person]]:
    """The candidates in the order of HANDS; the pairs by what they show, with external_ids; the people behind them."""
    people = [_person(mint.seed, first_index + offset) for offset in range(len(HANDS))]
    ids = {hand.role: person.external_id for hand, person in zip(HANDS, people, strict=True)}
    pairs = {name: Pair(ids[better], ids[worse], why) for name, (better, worse, why) in PAIRS.items()}
    candidates = [_candidate(person, hand, mint) for person, hand in zip(people, HANDS, strict=True)]
    return candidates, pairs, people


def _person(seed: int, index: int) -> Person:
    return Person(
        index=index,
        external_id=external_id(seed, index, "data_analyst"),
        occupation="data_analyst",
        seniority=1,
        talent=0.5,
        honesty=1.0,
        ability={},
        identity=identity(seed, index),
    )


def _candidate(person: Person, hand: Hand, mint: Mint) -> pb.Candidate:
    awarded = add_months(mint.reference, -hand.months_ago)
    credentials = [
        mint.issue(person, f"cred-{number:02}", Award(key, awarded, FIT, flaw))
        for number, (key, flaw) in enumerate(hand.awards, start=1)
    ]
    if hand.claims_chartered:
        credentials.append(_claimed(awarded))
    return pb.Candidate(
        external_id=person.external_id,
        identity=pb.Identity(
            display_name=person.identity.display_name or person.identity.handle,
            emails=person.identity.emails,
            dids=person.identity.dids or (holder_did(mint.seed, person.index),),
        ),
        region="DE-BE",
        availability=pb.AVAILABILITY_NOW,
        population=pb.POPULATION_APPLICANT,
        labels={"source": "careers-page"},
        experiences=_same_experience(mint.reference),
        claims=[pb.Claim(skill="SQL", level=3), pb.Claim(skill="Data visualisation", level=3)],
        portfolio=_portfolio(mint.reference, person) if hand.portfolio else [],
        credentials=credentials,
    )


def _claimed(awarded: date) -> pb.CredentialDocument:
    source = load().achievements[CHARTERED]
    return pb.CredentialDocument(
        id="cred-01",
        claimed=pb.ClaimedCredential(
            title=source.name,
            issuer=load().issuers[source.issuer].name,
            url="https://share.example/c/chartered",
            awarded=awarded.isoformat(),
        ),
    )


def _same_experience(reference: date) -> Sequence[pb.Experience]:
    return [
        pb.Experience(
            title="Reporting Analyst",
            organisation="Bluefen Logistics",
            start_date=add_months(reference, -30).strftime("%Y-%m"),
            summary="Weekly and monthly reporting for the depots.",
            highlights=["Kept the weekly depot figures in a spreadsheet and, later, in SQL views."],
        )
    ]


def _portfolio(reference: date, person: Person) -> list[pb.PortfolioItem]:
    title, description = next(iter((load().skills["sql"].made or {}).items()))
    return [
        pb.PortfolioItem(
            title=title,
            url=f"https://code.example/{person.identity.handle}/library-loans",
            description=description,
            skills=["SQL"],
            date=add_months(reference, -5).isoformat(),
            authorship=pb.AUTHORSHIP_CHECKED,
        )
    ]
