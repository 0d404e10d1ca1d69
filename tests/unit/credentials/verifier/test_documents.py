"""Documents from a folder, for checking without a network."""

import pytest

from credence.credentials.verifier import DocumentUnavailable, FolderDocuments, NoDocuments, Outcome
from support.badges import WEB, check, credential


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "secret").write_bytes(b"secret")
    root = tmp_path / "documents"
    for name, text in {
        "academy.example/.well-known/did.json": b"did",
        "academy.example/status/1": b"list",
        "academy.example/status?id=1": b"query",
        "localhost:8080/did.json": b"port",
        "localhost%3A8081/did.json": b"escaped port",
        "academy.example/a b": b"space",
    }.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)
    (root / "academy.example/link").symlink_to(tmp_path / "secret")
    return FolderDocuments(root)


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("https://academy.example/.well-known/did.json", b"did"),
        ("https://ACADEMY.example/status/1", b"list"),
        ("https://academy.example/status?id=1", b"query"),
        ("https://localhost:8080/did.json", b"port"),
        ("https://localhost:8081/did.json", b"escaped port"),
        ("https://academy.example/a%20b", b"space"),
    ],
)
def test_an_address_is_a_file(folder, url, text):
    assert folder.get(url) == text


@pytest.mark.parametrize(
    "url",
    [
        "http://academy.example/status/1",
        "https://academy.example/none",
        "https://academy.example/status",
        "https://academy.example/",
        "https://academy.example/../../secret",
        "https://academy.example/%2e%2e/%2e%2e/secret",
        "https://academy.example/..%2f..%2fsecret",
        "https://academy.example/link",
        "https://../secret",
        "https://./secret",
        "https://user@academy.example/status/1",
        "https://academy.example/a\0b",
        "https:///secret",
        "secret",
        "",
    ],
)
def test_nothing_else_is(folder, url):
    with pytest.raises(DocumentUnavailable):
        folder.get(url)
    with pytest.raises(DocumentUnavailable):
        NoDocuments().get(url)


def test_a_did_web_by_a_folder(tmp_path):
    import json

    home = tmp_path / "academy.example" / ".well-known"
    home.mkdir(parents=True)
    (home / "did.json").write_text(json.dumps(WEB.did_document()))
    signed = WEB.sign(credential(WEB), "eddsa-rdfc-2022")
    assert check(signed, documents=FolderDocuments(tmp_path)).outcome is Outcome.VERIFIED
