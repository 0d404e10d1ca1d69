"""Import to shortlist, on real parts: who ranks before whom, why, and that the reasons add up."""

import math

import pytest

from credence.demo import CredentialRef
from credencepb.credentials.v1 import credentials_service_pb2, verification_pb2
from credencepb.matching.v1 import ranking_pb2
from support.workplace import Workplace

ROLE = "Data Analyst"


@pytest.fixture(scope="module")
def ranked(place: Workplace) -> dict[str, ranking_pb2.RankedCandidate]:
    return place.ranked(ROLE)


def verification_of(place: Workplace, ref: CredentialRef) -> verification_pb2.Verification:
    parent = place.candidate(ref.external_id).name
    listed = place.credentials.ListVerifications(
        credentials_service_pb2.ListVerificationsRequest(parent=parent, page_size=100)
    )
    (found,) = [v for v in listed.verifications if v.credential_id == ref.credential_id]
    return found


def test_everybody_is_ranked_once(place: Workplace, ranked: dict[str, ranking_pb2.RankedCandidate]) -> None:
    assert {c.external_id for c in place.company.candidates} <= set(ranked)
    places = sorted(ranked.values(), key=lambda c: c.rank)
    assert [c.rank for c in places] == list(range(1, len(places) + 1))
    keys = [(not c.must_haves_met, -c.score) for c in places]
    assert keys == sorted(keys), "who meets the must-haves comes first, then the better score"


def test_designed_pairs_rank_as_they_must(
    place: Workplace, ranked: dict[str, ranking_pb2.RankedCandidate]
) -> None:
    pairs = place.company.expectations.pairs
    assert len(pairs) == 10
    for name, pair in pairs.items():
        better, worse = ranked[pair.better], ranked[pair.worse]
        assert better.rank < worse.rank, f"{name}: {pair.why}"
        assert better.score > worse.score, f"{name}: {pair.why}"


def test_the_able_rank_high(place: Workplace, ranked: dict[str, ranking_pb2.RankedCandidate]) -> None:
    """The latent ability that the evidence was made from comes out again, through all services."""
    fit = {e: f for e, f in place.company.expectations.fit[ROLE].items() if e in ranked}
    by_fit = sorted(fit, key=fit.__getitem__)
    by_score = sorted(fit, key=lambda e: ranked[e].score)
    n = len(fit)
    squares = sum((by_fit.index(e) - by_score.index(e)) ** 2 for e in fit)
    assert 1 - 6 * squares / (n * (n * n - 1)) > 0.6


def test_tampered_credentials_count_nothing_and_are_flagged(place: Workplace) -> None:
    refs = place.company.expectations.tampered
    assert refs
    for ref in refs:
        verification = verification_of(place, ref)
        assert verification.outcome == verification_pb2.OUTCOME_NOT_VERIFIED
        assert verification.verdicts.integrity.code == "SIGNATURE_MISMATCH"
        profile = place.profile(ref.external_id)
        assert verification.name not in {e.source.verification for e in profile.evidence}
        (flag,) = [f.flag for f in profile.flags if f.verification == verification.name and _decides(f.flag)]
        assert (flag.code, flag.severity) == ("SIGNATURE_MISMATCH", verification_pb2.Flag.SEVERITY_RED)


@pytest.mark.parametrize(
    ("what", "verdict", "code", "red", "counts"),
    [
        ("revoked", "status", "REVOKED", True, False),
        ("borrowed", "recipient", "RECIPIENT_MISMATCH", True, False),
        ("expired", "validity", "EXPIRED", False, True),
    ],
)
def test_what_is_wrong_is_flagged_with_its_code(
    place: Workplace, what: str, verdict: str, code: str, red: bool, counts: bool
) -> None:
    refs = getattr(place.company.expectations, what)
    assert refs
    for ref in refs:
        verification = verification_of(place, ref)
        assert getattr(verification.verdicts, verdict).code == code
        assert verification.outcome == verification_pb2.OUTCOME_NOT_VERIFIED
        profile = place.profile(ref.external_id)
        codes = {f.flag.code: f.flag.severity for f in profile.flags if f.verification == verification.name}
        assert (codes[code] == verification_pb2.Flag.SEVERITY_RED) is red
        evidence = [e for e in profile.evidence if e.source.verification == verification.name]
        assert bool(evidence) is counts
        for piece in evidence:
            recency = next(f.value for f in piece.factors if f.name == "recency")
            assert recency <= 0.5, "expired: at most half"
            assert not piece.verified or piece.expires_on < "2026-11-21"


def test_a_flag_is_seen_where_the_candidate_is_ranked(
    place: Workplace, ranked: dict[str, ranking_pb2.RankedCandidate]
) -> None:
    for ref in (*place.company.expectations.tampered, *place.company.expectations.revoked):
        flags = {f.flag.code for f in ranked[ref.external_id].flags}
        assert flags & {"SIGNATURE_MISMATCH", "REVOKED"}


def test_unflawed_credentials_all_verify(place: Workplace) -> None:
    """Nothing is wrong with what nobody broke: of 643 credentials, exactly the broken ones do not verify."""
    expected = place.company.expectations
    broken = {
        (ref.external_id, ref.credential_id)
        for ref in (*expected.tampered, *expected.revoked, *expected.borrowed, *expected.expired)
    }
    external = {place.candidate(c.external_id).name: c.external_id for c in place.company.candidates}
    found, token = {}, ""
    while True:
        page = place.credentials.ListVerifications(
            credentials_service_pb2.ListVerificationsRequest(
                parent=f"{place.tenant}/candidates/-", page_size=200, page_token=token
            )
        )
        found |= {(v.candidate, v.credential_id): v for v in page.verifications}
        token = page.next_page_token
        if not token:
            break
    ours = {(external[c], i): v for (c, i), v in found.items() if c in external}
    assert len(ours) == expected.signed
    not_verified = {key for key, v in ours.items() if v.outcome != verification_pb2.OUTCOME_VERIFIED}
    assert not_verified == broken


def test_reasons_add_up(place: Workplace, ranked: dict[str, ranking_pb2.RankedCandidate]) -> None:
    """Contributions sum to the score and factors multiply to the strength, within 1e-9, for everybody near the top and the designed."""
    designed = {e for p in place.company.expectations.pairs.values() for e in (p.better, p.worse)}
    top = [c for c in ranked.values() if c.rank <= 20 or c.external_id in designed]
    pieces = 0
    for shown in top:
        full = place.explain(ROLE, shown.candidate)
        assert full.score == shown.score
        assert math.fsum(c.points for c in full.contributions) == pytest.approx(full.score, abs=1e-9)
        by_competency = {c.competency: c.points for c in full.competencies}
        assert math.fsum(by_competency.values()) == pytest.approx(full.score, abs=1e-9)
        for competency, points in by_competency.items():
            own = math.fsum(c.points for c in full.contributions if c.competency == competency)
            assert own == pytest.approx(points, abs=1e-9)
        assert full.verified_score <= full.score + 1e-9
        for contribution in full.contributions:
            evidence = contribution.evidence
            product = math.prod(f.value for f in evidence.factors)
            assert product == pytest.approx(evidence.strength, abs=1e-9)
            assert contribution.x <= evidence.strength + 1e-12
            assert all(f.sentence and f.code for f in evidence.factors)
            assert contribution.sentence
            pieces += 1
        assert [c.points for c in shown.contributions] == [c.points for c in full.contributions[:5]]
    assert pieces > 100


def test_credentials_on_the_ranking_are_pseudonymous(
    place: Workplace, ranked: dict[str, ranking_pb2.RankedCandidate]
) -> None:
    """No name and no address leaves `candidates` with what is ranked."""
    text = "\n".join(str(c) for c in ranked.values()).lower()
    for person in place.company.candidates:
        name = person.identity.display_name.lower()
        if len(name) > 6:
            assert name not in text
        assert not any(email.lower() in text for email in person.identity.emails)


def test_pages_add_up_to_the_ranking(
    place: Workplace, ranked: dict[str, ranking_pb2.RankedCandidate]
) -> None:
    role = place.roles[ROLE].name
    in_order = sorted(ranked.values(), key=lambda c: c.rank)
    assert place.ranking(role, page_size=47) == in_order
    once, again = place.rank_page(role, page_size=20), place.rank_page(role, page_size=20)
    assert once.SerializeToString(deterministic=True) == again.SerializeToString(deterministic=True)


def test_the_same_import_again_changes_nothing(place: Workplace) -> None:
    role = place.roles[ROLE].name
    before = place.rank_page(role, page_size=5)
    again = place.take_in(place.company.candidates)
    assert (again.unchanged, again.created, again.updated) == (len(place.company.candidates), 0, 0)
    place.settle()
    assert place.rank_page(role, page_size=5) == before


def _decides(flag: verification_pb2.Flag) -> bool:
    return flag.code.isupper() and "SIGNATURE" in flag.code
