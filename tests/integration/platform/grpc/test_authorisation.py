"""A token opens its own tenant only, and only what its scopes name."""

import pytest

from credence.platform.errors import MissingScope
from credence.platform.grpc.auth import check_resource, current_caller, has_scope, require
from support.probe import OWN, Client, Inner, ProbeServer, Thing


def test_missing_scope(probe: ProbeServer) -> None:
    with probe.client(probe.token(scopes=["things.read"])) as client:
        client.call("GetThing", Thing(name=OWN))
        for rpc, request in (("MakeThing", Thing(name=OWN)), ("TalkThings", iter([Thing(name=OWN)]))):
            error = client.fails(rpc, request)
            assert (error.code_name, error.reason) == ("PERMISSION_DENIED", "MISSING_SCOPE")
            assert error.metadata == {"scope": "things.write"}


@pytest.mark.parametrize(
    "name", ["tenants/other/things/1", "tenants/acme-evil/things/1", "tenants/acm", "tenants/ACME/x"]
)
def test_another_tenants_name(client: Client, name: str) -> None:
    error = client.fails("GetThing", Thing(name=name))
    assert (error.code_name, error.reason) == ("PERMISSION_DENIED", "OTHER_TENANT")
    assert error.metadata == {"resource": name}


@pytest.mark.parametrize(
    "name", ["", "things/1", "tenants/", "tenants//things/1", "/tenants/acme", "Tenants/acme"]
)
def test_a_name_without_tenant(client: Client, name: str) -> None:
    error = client.fails("GetThing", Thing(name=name))
    assert (error.code_name, error.reason) == ("INVALID_ARGUMENT", "INVALID_RESOURCE_NAME")
    assert error.violations[0][0] == "name"


def test_every_declared_path_is_checked(client: Client) -> None:
    own, other = Inner(name=OWN), Inner(name="tenants/other/things/1")
    assert client.call("NameThings", Thing(inner=own, names=[OWN, OWN], inners=[own])).names == [OWN, OWN]
    for field, request in (
        ("inner.name", Thing(inner=other)),
        ("name", Thing(inner=own, name=other.name)),
        ("names", Thing(inner=own, names=[OWN, other.name])),
        ("inners.name", Thing(inner=own, inners=[own, other])),
    ):
        assert client.fails("NameThings", request).reason == "OTHER_TENANT", field
    for field, request in (("inner.name", Thing()), ("names", Thing(inner=own, names=[OWN, ""]))):
        error = client.fails("NameThings", request)
        assert (error.reason, error.violations[0][0]) == ("INVALID_RESOURCE_NAME", field)


def test_every_message_of_a_stream_is_checked(client: Client) -> None:
    sent = [Thing(name=OWN, size=1), Thing(size=2), Thing(name=OWN, size=3)]
    assert client.call("SendThings", iter(sent)).size == 6
    assert [thing.size for thing in client.call("TalkThings", iter(sent))] == [1, 2, 3]
    for bad, reason in (
        (Thing(name="tenants/other"), "OTHER_TENANT"),
        (Thing(name="x"), "INVALID_RESOURCE_NAME"),
    ):
        assert client.fails("SendThings", iter([sent[0], bad])).reason == reason
        assert client.fails("TalkThings", iter([sent[0], bad])).reason == reason
    assert client.fails("TalkThings", iter([Thing()])).reason == "INVALID_RESOURCE_NAME"


def test_handlers_know_their_caller(probe: ProbeServer) -> None:
    seen = []

    def look(thing):
        seen.append(current_caller())
        assert has_scope("things.read")
        check_resource(OWN)
        with pytest.raises(MissingScope):
            require("identity")
        return thing

    probe.servicer.do = look
    for subject in ("ann", "bob"):
        with probe.client(probe.token(subject=subject)) as client:
            client.call("GetThing", Thing(name=OWN))
            client.call("WatchThings", Thing(name=OWN, size=2))
            client.call("TalkThings", iter([Thing(name=OWN)]))
    assert [caller.subject for caller in seen] == ["ann"] * 4 + ["bob"] * 4
    assert {caller.tenant for caller in seen} == {"acme"}
    with pytest.raises(LookupError):
        current_caller()
