import pytest
from hypothesis import given
from hypothesis import strategies as st

from credence.platform.errors import InvalidField, InvalidResourceName
from credence.platform.names import check_id, last_id, new_id, parse_name

CANDIDATE = "tenants/{tenant}/candidates/{candidate}"
IDS = st.from_regex(r"[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?", fullmatch=True)


@given(IDS, IDS)
def test_names_give_their_ids_back(tenant: str, candidate: str) -> None:
    name = f"tenants/{tenant}/candidates/{candidate}"
    assert parse_name(CANDIDATE, name) == {"tenant": tenant, "candidate": candidate}
    assert last_id(name) == check_id(candidate)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "candidates/7",
        "tenants/acme/candidates/",
        "tenants/acme/candidates/7/",
        "tenants/acme/candidates/7\n",
        "tenants/acme/candidates/../globex",
        "tenants//candidates/7",
        "tenants/acme/roles/7",
        "tenants/ACME/candidates/7",
        "xtenants/acme/candidates/7",
    ],
)
def test_other_shapes_are_refused(name: str) -> None:
    with pytest.raises(InvalidResourceName) as caught:
        parse_name(CANDIDATE, name, field="candidate.name")
    assert caught.value.violations[0][0] == "candidate.name"


@pytest.mark.parametrize("value", ["", "a" * 64, "-a", "a-", "A", "a/b", "a b", "ä", "a\n"])
def test_bad_ids_are_refused(value: str) -> None:
    with pytest.raises(InvalidField):
        check_id(value)


def test_new_ids_sort_by_time_and_fit_into_names() -> None:
    ids = [new_id() for _ in range(1000)]
    assert len(set(ids)) == 1000
    assert sorted(ids) == ids
    check_id(ids[0])
