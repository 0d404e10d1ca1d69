"""The channel: token, trace, retries, TLS."""

import datetime as dt
import ipaddress
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from credence.platform import telemetry
from credence.platform.errors import NotReady
from support.probe import OWN, Client, ProbeServer, Thing, probe_server


class Flaky:
    """NotReady for the first calls, then answers."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.calls = 0

    def __call__(self, thing: Thing) -> Thing:
        self.calls += 1
        if self.calls <= self.failures:
            raise NotReady("starting")
        return thing


def test_reads_are_repeated_while_the_server_is_unavailable(probe: ProbeServer, client: Client) -> None:
    flaky = probe.servicer.do = Flaky(failures=2)
    assert client.call("GetThing", Thing(name=OWN)).name == OWN
    assert flaky.calls == 3
    flaky = probe.servicer.do = Flaky(failures=100)
    assert client.fails("GetThing", Thing(name=OWN)).reason == "NOT_READY"
    assert flaky.calls == 4


def test_writes_are_not_repeated(probe: ProbeServer, client: Client) -> None:
    flaky = probe.servicer.do = Flaky(failures=1)
    assert client.fails("MakeThing", Thing(name=OWN)).reason == "NOT_READY"
    assert flaky.calls == 1


def test_nobody_listens() -> None:
    with probe_server() as probe:
        with probe.client() as client:
            client.call("GetThing", Thing(name=OWN))
        gone = probe.client()
    with gone as client:
        error = client.fails("GetThing", Thing(name=OWN))
    assert (error.code_name, error.reason) == ("UNAVAILABLE", "NOT_READY")


def test_a_token_function_is_asked_for_every_call(probe: ProbeServer) -> None:
    given = iter([probe.token(), probe.token(tenant="other")])
    with probe.client(lambda: next(given)) as client:
        client.call("GetThing", Thing(name=OWN))
        assert client.fails("GetThing", Thing(name=OWN)).reason == "OTHER_TENANT"


@pytest.mark.parametrize("rpc", ["GetThing", "TalkThings"])
def test_the_trace_goes_on_in_the_handler(probe: ProbeServer, client: Client, rpc: str) -> None:
    seen: list[str] = []
    probe.servicer.do = lambda thing: (seen.append(telemetry.traceparent()), thing)[1]
    request = Thing(name=OWN)
    with telemetry.span_from("", "test"):
        own = telemetry.traceparent()
        client.call(rpc, iter([request]) if rpc == "TalkThings" else request)
    assert own.split("-")[1] == seen[0].split("-")[1]
    assert own != seen[0]
    client.call(rpc, iter([request]) if rpc == "TalkThings" else request)
    assert seen[1].split("-")[1] != seen[0].split("-")[1]


def test_tls(tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path)
    with probe_server(tls_certificate_file=certificate, tls_key_file=key) as probe:
        with probe.client(root_ca=certificate) as client:
            assert client.call("GetThing", Thing(name=OWN)).name == OWN
        with probe.client() as plain:
            assert plain.fails("GetThing", Thing(name=OWN), timeout=3).code_name == "UNAVAILABLE"
    with pytest.raises(ValueError, match="go together"), probe_server(tls_certificate_file=certificate):
        pass


def self_signed(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(minutes=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    encoding = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    paths[1].write_bytes(key.private_bytes(*encoding))
    return paths
