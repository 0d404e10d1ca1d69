from credence.web.views.renewals import renewal_views
from credencepb.credentials.v1.renewal_pb2 import Renewal, SkillAtRisk


def renewal(**more: object) -> Renewal:
    skills = [
        SkillAtRisk(concept_label=f"Skill {i}", coverage=0.499, coverage_without=0.25 if i < 7 else 0.499)
        for i in range(8)
    ]
    return Renewal(
        verification="tenants/t/verifications/v1", title="Badge", issuer="Academy", expires_on="2026-12-01", skills=skills, **more
    )  # fmt: skip


def test_when_why_and_what_goes_with_it() -> None:
    (view,) = renewal_views([renewal(days_left=10)])
    assert (view.verification, view.when, view.left, view.soon) == (
        "v1",
        "1 December 2026",
        "in 10 days",
        True,
    )
    assert view.why == "as it states"
    assert view.losses[0] == "Skill 0: 49 % covered now, 25 % without it"
    assert (len(view.losses), view.more) == (5, 2), "what loses nothing is not told"


def test_the_last_day_and_a_policy() -> None:
    today, later, by_policy = renewal_views(
        [renewal(days_left=0), renewal(days_left=31), renewal(days_left=1, by_policy=True)]
    )
    assert (today.left, today.soon, later.soon) == ("today", True, False)
    assert by_policy.left == "in 1 day"
    assert "published policy" in by_policy.why
