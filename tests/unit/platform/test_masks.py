import pytest
from google.protobuf.field_mask_pb2 import FieldMask

from credence.platform.errors import InvalidField, InvalidUpdateMask
from credence.platform.masks import apply_read_mask, apply_update_mask, check_read_mask
from credencepb.candidates.v1.candidate_pb2 import Candidate, Claim, Identity

WRITABLE = ("identity", "region", "availability", "labels", "claims")


def stored() -> Candidate:
    return Candidate(
        name="tenants/acme/candidates/a",
        identity=Identity(display_name="Ada", emails=["a@example.org", "b@example.org"]),
        region="DE",
        labels={"team": "analytics", "site": "north"},
        claims=[Claim(), Claim()],
        revision=4,
    )


def applied(source: Candidate, *paths: str) -> Candidate:
    return apply_update_mask(stored(), source, FieldMask(paths=paths), writable=WRITABLE)


def test_only_what_the_mask_names_changes() -> None:
    changed = applied(Candidate(region="FR", labels={"team": "x"}), "region")
    expected = stored()
    expected.region = "FR"
    assert changed == expected


def test_the_target_stays_as_it_was() -> None:
    target = stored()
    apply_update_mask(target, Candidate(region="FR"), FieldMask(paths=["region"]), writable=WRITABLE)
    assert target == stored()


def test_a_named_field_that_is_not_set_is_cleared() -> None:
    changed = applied(Candidate(), "region", "identity", "claims", "labels")
    assert (changed.region, changed.HasField("identity"), len(changed.claims), len(changed.labels)) == (
        "",
        False,
        0,
        0,
    )


def test_lists_and_maps_are_replaced() -> None:
    changed = applied(Candidate(claims=[Claim()], labels={"floor": "2"}), "claims", "labels")
    assert len(changed.claims) == 1
    assert dict(changed.labels) == {"floor": "2"}


def test_a_nested_path_changes_one_part() -> None:
    changed = applied(Candidate(identity=Identity(display_name="Ada L.")), "identity.display_name")
    assert changed.identity == Identity(display_name="Ada L.", emails=["a@example.org", "b@example.org"])


def test_a_message_is_replaced_as_a_whole() -> None:
    assert applied(Candidate(identity=Identity(display_name="B")), "identity").identity == Identity(
        display_name="B"
    )


def test_without_a_mask_what_is_set_counts() -> None:
    changed = applied(Candidate(name="ignored", region="FR", revision=9))
    assert (changed.name, changed.region, changed.revision) == ("tenants/acme/candidates/a", "FR", 4)
    assert changed.identity == stored().identity


def test_a_star_replaces_all_that_is_writable() -> None:
    assert applied(Candidate(region="FR"), "*") == Candidate(name=stored().name, region="FR", revision=4)


@pytest.mark.parametrize(
    ("path", "cause"),
    [
        ("nothing", "does not exist"),
        ("", "does not exist"),
        ("identity.nothing", "does not exist"),
        ("revision", "cannot be written"),
        ("name", "cannot be written"),
        ("claims.text", "replaced as a whole"),
        ("labels.team", "replaced as a whole"),
        ("region.x", "replaced as a whole"),
    ],
)
def test_bad_paths_are_refused(path: str, cause: str) -> None:
    with pytest.raises(InvalidUpdateMask, match=cause):
        applied(Candidate(), path)


def test_a_star_stands_alone() -> None:
    with pytest.raises(InvalidUpdateMask, match="alone"):
        applied(Candidate(), "*", "region")


def read(*paths: str) -> Candidate:
    mask = FieldMask(paths=paths)
    check_read_mask(mask, Candidate)
    return apply_read_mask(stored(), mask)


def test_only_what_the_mask_names_is_read() -> None:
    assert read("region") == Candidate(region="DE")
    assert read("claims", "labels") == Candidate(claims=stored().claims, labels=stored().labels)
    assert read("identity.display_name") == Candidate(identity=Identity(display_name="Ada"))
    assert read("identity", "identity.display_name") == Candidate(identity=stored().identity)


def test_a_field_that_is_not_set_is_not_there() -> None:
    empty = apply_read_mask(Candidate(), FieldMask(paths=["identity.display_name", "region"]))
    assert empty == Candidate()
    assert not empty.HasField("identity")


@pytest.mark.parametrize("paths", [(), ("*",)])
def test_everything_is_read_without_a_mask(paths: tuple[str, ...]) -> None:
    assert read(*paths) == stored()


@pytest.mark.parametrize(
    "path", ["nothing", "", "identity.nothing", "region.x", "claims.skill", "labels.team"]
)
def test_what_cannot_be_read_is_refused(path: str) -> None:
    with pytest.raises(InvalidField, match="read_mask"):
        read("name", path)


def test_a_star_among_others_is_refused() -> None:
    with pytest.raises(InvalidField):
        read("*", "name")
