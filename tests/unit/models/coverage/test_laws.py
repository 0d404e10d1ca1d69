"""What must always hold of evidence and scores, whatever the evidence."""

import dataclasses
import math
import pickle

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from credence_models.coverage import (
    Competency,
    EvidenceFacts,
    EvidenceKind,
    IssuerStanding,
    Necessity,
    Piece,
    Policy,
    Repeatable,
    Rigor,
    VerificationOutcome,
    grade,
    ranking_key,
    score,
)
from unit.models.coverage.cases import (
    CONCEPTS,
    TODAY,
    Role,
    competency,
    days,
    facts,
    facts_of,
    portfolios,
    rate,
    roles,
)

PYTHON = Role((competency(),), {("python", "python"): 1.0})


def one(evidence_id: str, evidence: EvidenceFacts, issuer: str = "acme") -> Repeatable:
    return Repeatable(evidence_id, issuer, "python", 0, evidence)


# 1. More evidence never lowers a score. Order never matters. Same inputs, same bytes.


@settings(max_examples=400)
@given(portfolios(), roles(), st.data())
def test_more_evidence_never_lowers_a_score(
    policy: Policy, evidence: list[Repeatable], role: Role, data: st.DataObject
) -> None:
    if evidence and data.draw(st.booleans(), "like an old one"):
        # a near twin of what is there: repetition must not take more than the twin brings
        old = data.draw(st.sampled_from(evidence))
        new = dataclasses.replace(
            old,
            level=data.draw(st.sampled_from((old.level, 0, 1, 5))),
            facts=data.draw(facts),
        )
    else:
        new = Repeatable(
            "",
            data.draw(st.sampled_from(("acme", "zeta"))),
            data.draw(st.sampled_from(CONCEPTS)),
            3,
            data.draw(facts),
        )
    new = dataclasses.replace(new, evidence_id=data.draw(st.sampled_from(("a-first", "z-last"))))
    before = rate(evidence, role, policy)
    after = rate([*evidence, new], role, policy)
    # not even by a rounding: no tolerance here
    assert after.total >= before.total
    assert after.verified_only >= before.verified_only
    assert after.must_haves_met >= before.must_haves_met
    for old_line, new_line in zip(before.coverages, after.coverages, strict=True):
        assert new_line.coverage >= old_line.coverage
        assert new_line.verified_coverage >= old_line.verified_coverage


@given(portfolios(), roles(), st.randoms())
def test_order_never_matters(
    policy: Policy, evidence: list[Repeatable], role: Role, random: st.DataObject
) -> None:
    shuffled, lines = list(evidence), list(role.competencies)
    random.shuffle(shuffled)
    random.shuffle(lines)
    straight = rate(evidence, role, policy)
    mixed = rate(shuffled, Role(tuple(lines), role.similarity), policy)
    assert pickle.dumps(mixed) == pickle.dumps(straight)


@given(facts, days)
def test_the_same_facts_give_the_same_bytes(policy: Policy, evidence: EvidenceFacts, as_of: object) -> None:
    twin = dataclasses.replace(evidence)
    assert repr(grade(twin, policy, as_of)) == repr(grade(evidence, policy, as_of))


# 2. Credential + portfolio beats either alone. The same credential verified beats it unverified.


@given(facts, facts)
def test_credential_and_portfolio_beat_either_alone(
    policy: Policy, one_: EvidenceFacts, other: EvidenceFacts
) -> None:
    valid = VerificationOutcome.VALID
    credential = one(
        "c", dataclasses.replace(one_, kind=EvidenceKind.VERIFIED_CREDENTIAL, verification=valid)
    )
    kind = EvidenceKind.PORTFOLIO_AUTHORED
    portfolio = one(
        "p", dataclasses.replace(other, kind=kind, verification=VerificationOutcome.NOT_APPLICABLE)
    )
    both = rate([credential, portfolio], PYTHON, policy).total
    assert both > rate([credential], PYTHON, policy).total
    assert both > rate([portfolio], PYTHON, policy).total


@given(facts)
def test_a_credential_verified_beats_it_unverified(policy: Policy, evidence: EvidenceFacts) -> None:
    verified = dataclasses.replace(
        evidence, kind=EvidenceKind.VERIFIED_CREDENTIAL, verification=VerificationOutcome.VALID
    )
    unfinished = dataclasses.replace(verified, verification=VerificationOutcome.INDETERMINATE)
    best = rate([one("c", verified)], PYTHON, policy)
    assert best.total > rate([one("c", unfinished)], PYTHON, policy).total
    assert best.verified_only == best.total
    for outcome in VerificationOutcome:
        unverified = dataclasses.replace(
            evidence, kind=EvidenceKind.UNVERIFIED_CREDENTIAL, verification=outcome
        )
        weaker = rate([one("c", unverified)], PYTHON, policy)
        assert best.total > weaker.total
        assert weaker.verified_only == 0.0


# 3. One specialised, rigorous credential beats five generic shallow ones for the role that needs it.

RIGOROUS = (Rigor.PROCTORED_EXAM_PROJECT_PORTFOLIO, Rigor.REVIEWED_PROJECT)
SHALLOW = (Rigor.QUIZ, Rigor.VIDEO_QUIZ, Rigor.PARTICIPATION)
NEAREST_GENERIC = 0.8
GENERIC = st.just(NEAREST_GENERIC) | st.floats(-1, NEAREST_GENERIC)


@given(
    st.sampled_from(RIGOROUS),
    st.lists(st.tuples(st.sampled_from(SHALLOW), GENERIC), min_size=5, max_size=5),
    facts,
)
def test_one_specialised_credential_beats_five_generic_ones(
    policy: Policy, rigor: Rigor, generic: list[tuple[Rigor, float]], like: EvidenceFacts
) -> None:
    """All six alike in issuer, age and verification: only depth and nearness differ."""
    assume(like.verification is not VerificationOutcome.INVALID)
    like = dataclasses.replace(like, kind=EvidenceKind.VERIFIED_CREDENTIAL, ordinal=1, pool_share=None)

    def pieces(*rated: tuple[Rigor, float]) -> list[Piece]:
        return [
            Piece(
                f"e{n}",
                "python",
                similarity,
                grade(dataclasses.replace(like, rigor=how), policy, TODAY).strength,
                0,
                True,
            )
            for n, (how, similarity) in enumerate(rated)
        ]

    role = [competency()]
    special = score(role, pieces((rigor, 1.0)), policy)
    assert special.total > score(role, pieces(*generic), policy).total


@pytest.mark.parametrize("rigor", RIGOROUS)
@pytest.mark.parametrize("issuer", list(IssuerStanding))
@pytest.mark.parametrize("years", [0, 4, 30])
@pytest.mark.parametrize("outcome", [VerificationOutcome.VALID, VerificationOutcome.INDETERMINATE])
def test_it_beats_even_the_five_best_shallow_ones(
    policy: Policy, rigor: Rigor, issuer: IssuerStanding, years: int, outcome: VerificationOutcome
) -> None:
    """Weak strengths are the hard case: far from 1, noisy-or simply adds."""

    def strength(how: Rigor) -> float:
        observed = TODAY.replace(year=TODAY.year - years)
        like = facts_of(rigor=how, issuer=issuer, verification=outcome, observed_on=observed)
        return grade(like, policy, TODAY).strength

    five = [Piece(f"g{n}", "python", NEAREST_GENERIC, strength(SHALLOW[0]), 0, True) for n in range(5)]
    special = score([competency()], [Piece("s", "python", 1.0, strength(rigor), 0, True)], policy)
    assert special.total > score([competency()], five, policy).total


def test_five_videos_do_not_reach_a_must_have_that_the_specialised_credential_reaches(policy: Policy) -> None:
    for issuer in (IssuerStanding.RECOGNISED, IssuerStanding.KNOWN, IssuerStanding.UNKNOWN):
        video, special = (
            grade(facts_of(rigor=rigor, issuer=issuer), policy, TODAY).strength
            for rigor in (SHALLOW[1], RIGOROUS[1])
        )
        five = [Piece(f"g{n}", "python", NEAREST_GENERIC, video, 0, True) for n in range(5)]
        assert not score([competency()], five, policy).must_haves_met
        assert score([competency()], [Piece("s", "python", 1.0, special, 0, True)], policy).must_haves_met


@given(
    st.sampled_from(RIGOROUS),
    st.sampled_from((IssuerStanding.RECOGNISED, IssuerStanding.KNOWN, IssuerStanding.UNKNOWN)),
    st.lists(st.tuples(st.sampled_from(SHALLOW[1:]), GENERIC, st.floats(-1, 1)), min_size=5, max_size=5),
    st.floats(0.1, 10),
)
def test_a_role_that_must_have_the_skill_puts_the_specialised_credential_first(
    policy: Policy,
    rigor: Rigor,
    issuer: IssuerStanding,
    generic: list[tuple[Rigor, float, float]],
    other_weight: float,
) -> None:
    """Even where the five touch the rest of the role too, which the specialised one does not, and however
    much that weighs: videos and attendance do not reach the gate of a must-have."""
    role = (competency("python"), competency("kanban", weight=other_weight, necessity=Necessity.NICE))

    def strength(how: Rigor) -> float:
        return grade(facts_of(rigor=how, issuer=issuer), policy, TODAY).strength

    special = score(role, [Piece("s", "python", 1.0, strength(rigor), 0, True)], policy)
    five = score(
        role,
        [
            Piece(f"g{n}", competency_id, similarity, strength(how), 0, True)
            for n, (how, python, kanban) in enumerate(generic)
            for competency_id, similarity in (("python", python), ("kanban", kanban))
        ],
        policy,
    )
    assert special.must_haves_met
    assert not five.must_haves_met
    assert ranking_key(special, "z") < ranking_key(five, "a")


# 4. An expired, revoked or tampered credential is never worth more than a valid one, and says why.


@given(facts, days)
def test_expired_is_never_worth_more_and_says_why(
    policy: Policy, evidence: EvidenceFacts, as_of: object
) -> None:
    valid = grade(dataclasses.replace(evidence, expired=False), policy, as_of)
    expired = grade(dataclasses.replace(evidence, expired=True), policy, as_of)
    assert expired.strength <= valid.strength
    assert expired.strength <= 0.5
    if evidence.verification is not VerificationOutcome.INVALID:
        reason = next(factor for factor in expired.factors if factor.name == "recency")
        assert reason.code == "RECENCY_EXPIRED"
        assert "xpired" in reason.sentence


@given(facts, days)
def test_revoked_or_tampered_is_worth_nothing_and_says_why(
    policy: Policy, evidence: EvidenceFacts, as_of: object
) -> None:
    invalid = grade(dataclasses.replace(evidence, verification=VerificationOutcome.INVALID), policy, as_of)
    assert invalid.strength == 0.0
    reason = next(factor for factor in invalid.factors if factor.name == "verification")
    assert (reason.value, reason.code) == (0.0, "VERIFICATION_INVALID")
    assert "failed" in reason.sentence


# 5. Name, gender, age, photo, address, nationality, school names: changing them changes no score.


def test_nothing_that_is_graded_or_scored_says_who_a_person_is() -> None:
    """Equal field by field to what the design names, so that a new field is a decision."""
    fields = {
        Competency: {"id", "weight", "required_level", "necessity", "gate"},
        EvidenceFacts: {
            "kind",
            "verification",
            "issuer",
            "rigor",
            "concept_kind",
            "observed_on",
            "expired",
            "pool_share",
            "ordinal",
        },
        Piece: {"evidence_id", "competency_id", "similarity", "strength", "level", "verified"},
        Repeatable: {"evidence_id", "issuer", "concept_id", "level", "facts"},
    }
    for kind, names in fields.items():
        assert {field.name for field in dataclasses.fields(kind)} == names


@given(portfolios(), roles(), st.data())
def test_what_evidence_and_issuers_are_called_changes_no_score(
    policy: Policy, evidence: list[Repeatable], role: Role, data: st.DataObject
) -> None:
    names = data.draw(
        st.lists(st.text(max_size=8), min_size=len(evidence), max_size=len(evidence), unique=True)
    )
    issuer_names = data.draw(st.lists(st.text(max_size=8), min_size=3, max_size=3, unique=True))
    renamed_issuer = dict(zip(("acme", "zeta", ""), issuer_names, strict=True))
    renamed = [
        dataclasses.replace(item, evidence_id=name, issuer=renamed_issuer[item.issuer])
        for item, name in zip(evidence, names, strict=True)
    ]
    before, after = rate(evidence, role, policy), rate(renamed, role, policy)
    assert after.total == before.total
    assert after.verified_only == before.verified_only
    assert after.coverages == before.coverages


# 6. Contributions sum to the score (1e-9). Removing the top one lowers it by what follows from the formula.


@given(portfolios(), roles())
def test_contributions_sum_to_the_score(policy: Policy, evidence: list[Repeatable], role: Role) -> None:
    result = rate(evidence, role, policy)
    assert math.fsum(c.points for c in result.contributions) == pytest.approx(result.total, abs=1e-9)
    assert math.fsum(line.points for line in result.coverages) == pytest.approx(result.total, abs=1e-9)
    for line in result.coverages:
        own = [c.points for c in result.contributions if c.competency_id == line.competency_id]
        assert math.fsum(own) == pytest.approx(line.points, abs=1e-9)
        assert len(own) == line.pieces
    assert 0.0 <= result.verified_only <= result.total <= 100.0 + 1e-9


unit_pieces = st.lists(st.sampled_from((0.0, 1.0, 5e-324, 1e-17, 1 - 2**-53)) | st.floats(0, 1), max_size=8)


@given(unit_pieces, st.floats(0.1, 10))
def test_contributions_sum_to_the_score_at_the_edges(
    policy: Policy, strengths: list[float], weight: float
) -> None:
    pieces = [Piece(f"e{n}", "python", 1.0, strength, 0, True) for n, strength in enumerate(strengths)]
    result = score([competency(weight=weight), competency("sql")], pieces, policy)
    assert math.fsum(c.points for c in result.contributions) == pytest.approx(result.total, abs=1e-9)
    assert all(c.points >= 0.0 for c in result.contributions)


@given(unit_pieces.filter(any), st.floats(0.1, 10))
def test_removing_the_top_contribution_lowers_the_score_by_the_formula(
    policy: Policy, strengths: list[float], weight: float
) -> None:
    role = [competency(weight=weight), competency("sql")]
    pieces = [Piece(f"e{n}", "python", 1.0, strength, 0, True) for n, strength in enumerate(strengths)]
    before = score(role, pieces, policy)
    top = before.contributions[0]
    after = score(role, [p for p in pieces if p.evidence_id != top.evidence_id], policy)
    others = math.prod(1.0 - p.strength for p in pieces if p.evidence_id != top.evidence_id)
    expected = before.coverages[0].max_points * top.x * others
    assert before.total - after.total == pytest.approx(expected, abs=1e-9)


# 7. Issuer unknown is not issuer bad; rigor unknown is not rigor high; red flags never remove anyone alone.


@given(facts.filter(lambda f: f.verification is not VerificationOutcome.INVALID), days)
def test_unknown_is_neither_bad_nor_high_and_red_flags_remove_nobody(
    policy: Policy, evidence: EvidenceFacts, as_of: object
) -> None:
    def strength(**changes: object) -> float:
        return grade(dataclasses.replace(evidence, **changes), policy, as_of).strength

    assert strength(issuer=IssuerStanding.UNKNOWN) > strength(issuer=IssuerStanding.RED_FLAGGED) > 0.0
    assert strength(rigor=Rigor.NOT_STATED) < strength(rigor=Rigor.REVIEWED_PROJECT)
    flagged = rate(
        [one("c", dataclasses.replace(evidence, issuer=IssuerStanding.RED_FLAGGED))], PYTHON, policy
    )
    assert flagged.total > 0.0
    assert flagged.contributions


@pytest.mark.parametrize("kind", [EvidenceKind.VERIFIED_CREDENTIAL, EvidenceKind.UNVERIFIED_CREDENTIAL])
def test_a_credential_that_leaves_issuer_and_rigor_out_gains_nothing_by_it(
    policy: Policy, kind: EvidenceKind
) -> None:
    silent = facts_of(
        kind=kind,
        issuer=IssuerStanding.NOT_APPLICABLE,
        rigor=Rigor.NOT_APPLICABLE,
        verification=VerificationOutcome.NOT_APPLICABLE,
    )
    codes = {factor.name: factor.code for factor in grade(silent, policy, TODAY).factors}
    assert codes["issuer"] == "ISSUER_UNKNOWN"
    assert codes["rigor"] == "RIGOR_NOT_STATED"
    unfinished = kind is EvidenceKind.VERIFIED_CREDENTIAL
    assert codes["verification"] == f"VERIFICATION_{'INDETERMINATE' if unfinished else 'NOT_APPLICABLE'}"
