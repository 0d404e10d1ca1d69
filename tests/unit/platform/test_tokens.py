"""Keys, and tokens that were never tokens."""

import base64
import json
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, OKPKey

from credence.platform import tokens
from credence.platform.errors import Unauthenticated
from credence.platform.tokens import Caller, TokenVerifier

KEY = tokens.new_key()
VERIFIER = TokenVerifier(tokens.public_jwks(KEY))


def mint(key=KEY, **changes) -> str:
    return tokens.mint_token(
        key, **{"subject": "ann", "tenant": "acme", "scopes": ["b.read", "a.read"], **changes}
    )


def test_a_minted_token_verifies() -> None:
    assert VERIFIER.verify(mint()) == Caller("ann", "acme", frozenset({"a.read", "b.read"}))
    assert VERIFIER.verify(mint(scopes=[])).scopes == frozenset()


def test_a_shared_secret_signs_with_hs256() -> None:
    secret = OctKey.generate_key(256, auto_kid=True)
    verifier = TokenVerifier(orjson.dumps({"keys": [secret.as_dict(private=True)]}).decode())
    assert verifier.verify(mint(secret)).subject == "ann"
    with pytest.raises(Unauthenticated):
        verifier.verify(mint())


def test_the_rfc_9864_name_of_the_algorithm() -> None:
    claims = jwt.decode(mint(), KEY, algorithms=["EdDSA"]).claims
    token = jwt.encode({"alg": "Ed25519", "kid": KEY.kid}, claims, KEY, algorithms=["Ed25519"])
    assert VERIFIER.verify(token).subject == "ann"


def test_keys_are_told_apart_by_their_id_and_rotate() -> None:
    other = tokens.new_key()
    both = TokenVerifier(tokens.public_jwks(KEY, other))
    assert both.verify(mint()) == both.verify(mint(other))
    with pytest.raises(Unauthenticated):
        VERIFIER.verify(mint(other))


def test_keys_may_stand_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    path.write_text(tokens.public_jwks(KEY))
    assert TokenVerifier(str(path)).verify(mint()).subject == "ann"


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"keys": [KEY.as_dict(private=True)]}, "private"),
        ({"keys": [{"kty": "oct", "k": "c2hvcnRidXRub3R0b29zaG9ydA"}]}, "less than 32 bytes"),
        ({"keys": [ECKey.generate_key("P-256").as_dict(private=False)]}, "only Ed25519 and oct"),
        ({"keys": [OKPKey.generate_key("X25519").as_dict(private=False)]}, "only Ed25519 and oct"),
        ({"keys": [{"kty": "OKP"}]}, "not a JSON Web Key Set"),
        ({"keys": 7}, "not a JSON Web Key Set"),
        ({}, "not a JSON Web Key Set"),
    ],
)
def test_keys_that_are_refused(keys: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        TokenVerifier(orjson.dumps(keys).decode())


@given(st.one_of(st.text(max_size=200), st.binary(max_size=200).map(lambda raw: raw.decode("latin-1"))))
def test_no_text_is_a_token(text: str) -> None:
    with pytest.raises(Unauthenticated):
        VERIFIER.verify(text)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=10,
)


@given(header=st.dictionaries(st.sampled_from(["alg", "kid", "typ", "crit", "b64", "jwk", "x"]), json_values))
def test_no_header_brings_a_forged_signature_in(header: dict) -> None:
    _, payload, signature = mint(tokens.new_key()).split(".")
    encoded = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
    with pytest.raises(Unauthenticated):
        VERIFIER.verify(f"{encoded}.{payload}.{signature}")


@given(
    claims=st.dictionaries(
        st.sampled_from(["iss", "aud", "sub", "exp", "iat", "nbf", "tenant", "scope"]), json_values
    )
)
def test_no_claims_of_other_types_raise_anything_else(claims: dict) -> None:
    good = jwt.decode(mint(), KEY, algorithms=["EdDSA"]).claims
    token = jwt.encode({"alg": "EdDSA", "kid": KEY.kid}, {**good, **claims}, KEY, algorithms=["EdDSA"])
    try:
        caller = VERIFIER.verify(token)
    except Unauthenticated:
        return
    assert isinstance(caller.tenant, str)
    assert caller.tenant
    assert "/" not in caller.tenant


def test_a_token_of_absurd_length() -> None:
    with pytest.raises(Unauthenticated, match="8192"):
        VERIFIER.verify(mint(subject="x" * 9000))


def test_the_memory_of_verified_tokens_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "_CACHE_SIZE", 3)
    verifier = TokenVerifier(tokens.public_jwks(KEY))
    minted = [mint(subject=f"s{index}") for index in range(6)]
    for token in minted:
        verifier.verify(token)
    assert len(verifier._cache) == 3
    assert verifier.verify(minted[0]).subject == "s0"


def test_expired_by_less_than_the_leeway_is_still_good() -> None:
    assert VERIFIER.verify(mint(ttl=timedelta(seconds=-5))).subject == "ann"
    with pytest.raises(Unauthenticated, match="expired"):
        VERIFIER.verify(mint(ttl=timedelta(seconds=-60)))


def test_the_development_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    path = tmp_path / "state" / "signing-key.json"
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda _: tokens.development_key(path).kid, range(16)))
    assert len(set(keys)) == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]
    path.chmod(0o644)
    with pytest.raises(PermissionError, match="chmod 600"):
        tokens.development_key(path)
