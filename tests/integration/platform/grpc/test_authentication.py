"""Nobody gets in without a token that verifies here and now."""

import base64
import hmac
import time
from datetime import timedelta

import orjson
import pytest
from joserfc import jwt

from credence.platform import tokens
from support.probe import OWN, Client, ProbeServer, Thing

REQUEST = Thing(name=OWN)


def call_with(probe: ProbeServer, token: str):
    with probe.client(token) as client:
        return client.fails("GetThing", REQUEST)


def refused(error) -> str:
    assert (error.code_name, error.reason) == ("UNAUTHENTICATED", "INVALID_TOKEN"), error
    return error.metadata["cause"]


def test_a_good_token_gets_in(client: Client) -> None:
    assert client.call("GetThing", REQUEST).name == OWN


def test_no_token(probe: ProbeServer) -> None:
    with probe.bare_client() as client:
        for rpc, request in (
            ("GetThing", REQUEST),
            ("WatchThings", REQUEST),
            ("TalkThings", iter([REQUEST])),
        ):
            assert refused(client.fails(rpc, request)) == "missing"


def test_metadata_that_is_no_single_bearer_token(probe: ProbeServer) -> None:
    good = f"Bearer {probe.token()}"
    for metadata in (
        [("authorization", "Basic YTpi")],
        [("authorization", probe.token())],
        [("authorization", good), ("authorization", good)],
    ):
        with probe.bare_client() as client:
            assert refused(client.fails("GetThing", REQUEST, metadata=metadata)) == "missing"


def test_expired(probe: ProbeServer) -> None:
    assert refused(call_with(probe, probe.token(ttl=-timedelta(minutes=5)))) == "expired"


def test_a_remembered_token_still_expires(probe: ProbeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    token = probe.token(ttl=timedelta(minutes=5))
    with probe.client(token) as client:
        client.call("GetThing", REQUEST)
        later = time.time() + 400
        monkeypatch.setattr(tokens.time, "time", lambda: later)
        assert refused(client.fails("GetThing", REQUEST)) == "expired"


def test_another_issuer_or_audience(probe: ProbeServer) -> None:
    assert refused(call_with(probe, probe.token(issuer="someone"))) == "claims"
    assert refused(call_with(probe, probe.token(audience="something"))) == "claims"


def test_signed_by_another_key(probe: ProbeServer) -> None:
    other = tokens.mint_token(tokens.new_key(), subject="ann", tenant="acme", scopes=["things.read"])
    assert refused(call_with(probe, other)) == "key"
    header, _, signature = other.split(".")
    own_header, payload, _ = probe.token().split(".")
    assert refused(call_with(probe, f"{own_header}.{payload}.{signature}")) == "signature"
    assert refused(call_with(probe, f"{header}.{payload}.{signature}")) == "key"


def test_changed_claims(probe: ProbeServer) -> None:
    header, payload, signature = probe.token().split(".")
    claims = orjson.loads(base64.urlsafe_b64decode(payload + "=="))
    forged = base64.urlsafe_b64encode(orjson.dumps({**claims, "tenant": "other"})).rstrip(b"=").decode()
    assert refused(call_with(probe, f"{header}.{forged}.{signature}")) == "signature"


def unsigned(header: dict, claims: dict, signature: str = "") -> str:
    parts = (base64.urlsafe_b64encode(orjson.dumps(part)).rstrip(b"=").decode() for part in (header, claims))
    return ".".join([*parts, signature])


def test_algorithm_none(probe: ProbeServer) -> None:
    claims = jwt.decode(probe.token(), probe.key, algorithms=["EdDSA"]).claims
    for header in ({"alg": "none"}, {"alg": "none", "kid": probe.key.kid}, {"alg": "NONE"}, {}):
        assert refused(call_with(probe, unsigned(header, claims))) in ("key", "signature")


def test_public_key_used_as_a_secret(probe: ProbeServer) -> None:
    claims = jwt.decode(probe.token(), probe.key, algorithms=["EdDSA"]).claims
    public = probe.key.as_dict(private=False)
    secrets = (
        public["x"].encode(),
        base64.urlsafe_b64decode(public["x"] + "="),
        orjson.dumps(public),
        probe.key.as_pem(private=False),
    )
    for secret in secrets:
        for header in ({"alg": "HS256"}, {"alg": "HS256", "kid": probe.key.kid}):
            signed = unsigned(header, claims)[:-1]
            mac = hmac.digest(secret, signed.encode(), "sha256")
            forged = f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"
            assert refused(call_with(probe, forged)) == "key"


def test_no_tenant_or_no_expiry(probe: ProbeServer) -> None:
    claims = jwt.decode(probe.token(), probe.key, algorithms=["EdDSA"]).claims
    header = {"alg": "EdDSA", "kid": probe.key.kid}
    for missing in ("tenant", "exp", "iss", "aud", "sub", "iat"):
        partial = {name: value for name, value in claims.items() if name != missing}
        assert (
            refused(call_with(probe, jwt.encode(header, partial, probe.key, algorithms=["EdDSA"])))
            == "claims"
        )
    for tenant in ("", "acme/candidates", 7, None):
        token = jwt.encode(header, {**claims, "tenant": tenant}, probe.key, algorithms=["EdDSA"])
        assert refused(call_with(probe, token)) == "claims"
    token = jwt.encode(header, {**claims, "nbf": time.time() + 600}, probe.key, algorithms=["EdDSA"])
    assert refused(call_with(probe, token)) == "claims"


def test_the_token_is_checked_before_the_request_is_parsed(probe: ProbeServer, client: Client) -> None:
    with probe.bare_client() as stranger:
        assert refused(stranger.fails("GetThing", b"\xff\xff")) == "missing"
    error = client.fails("GetThing", b"\xff\xff")
    assert (error.code_name, error.reason) == ("INVALID_ARGUMENT", "INVALID_FIELD")
    assert error.violations == [("request", "not a credence.test.v1.Thing")]
