"""The policy: defaults, overrides, versions, and the errors of one that cannot be used."""

from pathlib import Path

import pytest
import yaml

from credence_models.coverage import EvidenceKind, IssuerStanding, Policy, PolicyError, Rigor, load_policy
from credence_models.coverage.policy import DEFAULT_PATH


def test_the_defaults_are_those_of_the_design(policy: Policy) -> None:
    assert policy.kind[EvidenceKind.VERIFIED_CREDENTIAL] == 0.95
    assert policy.kind[EvidenceKind.SELF_CLAIMED] == 0.15
    assert policy.issuer[IssuerStanding.RED_FLAGGED] == 0.2
    assert policy.rigor[Rigor.NOT_STATED] == 0.5
    assert policy.recency.expired_at_most == 0.5
    assert policy.scarcity.floor == 0.7
    assert policy.repetition.factor == 0.5


def test_an_override_changes_one_number_and_the_version(policy: Policy) -> None:
    changed = load_policy(overrides={"issuer": {"unknown": 0.55}})
    assert changed.issuer[IssuerStanding.UNKNOWN] == 0.55
    assert changed.issuer[IssuerStanding.KNOWN] == policy.issuer[IssuerStanding.KNOWN]
    assert changed.version != policy.version
    assert changed.version.startswith("credence-default-")
    assert load_policy(overrides={"name": "acme"}).version.startswith("acme-")


def test_the_version_depends_on_content_not_on_layout(policy: Policy, tmp_path: Path) -> None:
    content = yaml.safe_load(DEFAULT_PATH.read_text(encoding="utf-8"))
    same = tmp_path / "same.yaml"
    same.write_text(
        yaml.safe_dump(dict(reversed(content.items())), default_flow_style=True), encoding="utf-8"
    )
    assert load_policy(same).version == policy.version
    assert load_policy(overrides={"issuer": {"unknown": 0.6}}).version == policy.version
    assert load_policy(overrides={"recency": {"half_life_years": {"default": 5.0}}}).version == policy.version


@pytest.mark.parametrize(
    ("overrides", "field", "reason"),
    [
        ({"kind": {"portfolio": 1.5}}, "kind.portfolio", "less than or equal to 1, not 1.5"),
        ({"kind": {"portfolio": float("nan")}}, "kind.portfolio", "not nan"),
        ({"kind": {"portfolio": "much"}}, "kind.portfolio", "not 'much'"),
        ({"kind": {"portfolio": None}}, "kind.portfolio", "number"),
        ({"kind": 3}, "kind", "dictionary"),
        ({"kind": {"self_claimed": 0.99}}, "kind", "self_claimed must not be above"),
        ({"kind": {"self_claimed": 0}}, "kind.self_claimed", "greater than 0"),
        ({"kind": {"verified_credential": 0.3}}, "kind", "verified_credential must be above"),
        ({"kind": {"portfolio_authored": 0.2}}, "kind", "portfolio_authored must not be under portfolio"),
        ({"verification": {"indeterminate": 1}}, "verification", "valid must be above"),
        ({"verification": {"invalid": 0.5}}, "verification", "not a number to choose"),
        ({"issuer": {"unknown": 0.2}}, "issuer", "unknown must be above red_flagged"),
        ({"issuer": {"red_flagged": 0}}, "issuer.red_flagged", "greater than 0"),
        ({"issuer": {"famous": 1}}, "issuer.famous", "red_flagged"),
        ({"rigor": {"not_stated": 0.95}}, "rigor", "unstated rigor is not a high one"),
        ({"rigor": {"video_quiz": 0.5}}, "rigor", "video_quiz must not be above quiz"),
        ({"recency": {"expired_at_most": 0.6}}, "recency.expired_at_most", "0.5"),
        ({"recency": {"half_life_years": {"technology": 0}}}, "recency.half_life_years.technology", "0.25"),
        ({"scarcity": {"floor": 0.6}}, "scarcity.floor", "0.7"),
        ({"level": {"unknown_counts_as": 6}}, "level.unknown_counts_as", "5"),
        ({"similarity": {"exponent": 0.5}}, "similarity.exponent", "1"),
        ({"gate": {"must": 0}}, "gate.must", "0"),
        ({"favourites": {"school": 1}}, "favourites", "not permitted"),
        ({"name": "Not a name"}, "name", "pattern"),
    ],
)
def test_a_bad_override_names_the_field_and_the_reason(overrides: dict, field: str, reason: str) -> None:
    with pytest.raises(PolicyError) as caught:
        load_policy(overrides=overrides)
    (problem,) = [p for p in caught.value.problems if p[0].startswith(field)]
    assert reason in problem[1]
    assert field in str(caught.value)


def test_every_problem_is_named_at_once() -> None:
    with pytest.raises(PolicyError) as caught:
        load_policy(overrides={"kind": {"portfolio": 2}, "gate": {"nice": -1}, "more": 1})
    assert {field for field, _ in caught.value.problems} == {"kind.portfolio", "gate.nice", "more"}


@pytest.mark.parametrize("text", ["[1, 2]", "kind: {", "", "\x00"])
def test_a_file_that_is_no_policy(tmp_path: Path, text: str) -> None:
    path = tmp_path / "p.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PolicyError, match=r"p\.yaml: policy: "):
        load_policy(path)


def test_a_missing_section_and_a_missing_file(tmp_path: Path) -> None:
    content = yaml.safe_load(DEFAULT_PATH.read_text(encoding="utf-8"))
    del content["rigor"]
    del content["kind"]["portfolio"]
    del content["recency"]["half_life_years"]["default"]
    path = tmp_path / "p.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        load_policy(path)
    problems = dict(caught.value.problems)
    assert problems.keys() == {"rigor", "kind", "recency.half_life_years"}
    assert problems["kind"] == "lacks portfolio"
    with pytest.raises(PolicyError, match="cannot be read"):
        load_policy(tmp_path / "none.yaml")
