"""What a servicer must declare before it is served."""

from contextvars import copy_context

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credence.platform.errors import InvalidResourceName, OtherTenant
from credence.platform.grpc import auth
from credence.platform.grpc.methods import UndeclaredMethod, method, rule_of
from credence.platform.grpc.server import bind
from credence.platform.tokens import Caller
from support.probe import PROBE, Servicer


def with_get_thing(function) -> Servicer:
    return type("Changed", (Servicer,), {"GetThing": function})()


def test_a_full_servicer_binds() -> None:
    binding = bind(PROBE, Servicer())
    assert binding.rules["NameThings"].resources == ("inner.name", "name", "names", "inners.name")
    assert binding.rules["GetThing"].scope == "things.read"


def test_every_undeclared_method_is_named() -> None:
    class Empty:
        def GetThing(self, request, context):  # noqa: N802 - the rpc's name
            return request

    with pytest.raises(UndeclaredMethod) as caught:
        bind(PROBE, Empty())
    for rpc in PROBE.methods:
        assert rpc.name in str(caught.value)


def test_an_override_must_declare_again() -> None:
    with pytest.raises(UndeclaredMethod, match="GetThing"):
        bind(PROBE, with_get_thing(lambda self, request, context: request))


@pytest.mark.parametrize("path", ["nothing", "name.name", "inner", "inner.nothing", "size", "load", "inner."])
def test_a_path_that_the_request_does_not_have(path: str) -> None:
    declared = method(scope="things.read", resource=("name", path))(lambda self, request, context: request)
    with pytest.raises(UndeclaredMethod, match="Thing"):
        bind(PROBE, with_get_thing(declared))


def test_scope_and_resource_are_both_needed() -> None:
    for scope, resource in (
        ("", "name"),
        ("things.read", ""),
        ("things.read", ()),
        ("things.read", ("name", "")),
    ):
        with pytest.raises(UndeclaredMethod):
            method(scope=scope, resource=resource)
    assert rule_of(lambda: None) is None
    assert rule_of(None) is None


segments = st.text(st.sampled_from("acmetnsidx-/."), max_size=12)


@given(
    tenant=st.sampled_from(["acme", "a", "acme-2"]),
    name=st.builds("".join, st.lists(st.one_of(segments, st.sampled_from(["tenants/", "acme", "/"])))),
)
def test_only_names_at_or_below_the_own_tenant_pass(tenant: str, name: str) -> None:
    copy_context().run(check_as, tenant, name)


def check_as(tenant: str, name: str) -> None:
    auth.set_caller(Caller("ann", tenant, frozenset()))
    parts = name.split("/")
    own = parts[:2] == ["tenants", tenant]
    try:
        auth.check_resource(name)
        assert own
    except OtherTenant:
        assert not own
        assert parts[0] == "tenants"
        assert parts[1]
    except InvalidResourceName:
        assert not own
