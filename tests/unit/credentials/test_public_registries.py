"""Public lists of issuers: their shapes, and what is left out of them."""

import json

import pytest

from credence.credentials.public_registries import NotARegistryError, merged, read_list
from credence.credentials.verifier import Standing

KEYED = {
    "meta": {"updated": "2026-01-01"},
    "registry": {
        "did:web:academy.example": {"name": "Academy  of Arts", "url": "https://academy.example"},
        "did:key:z6MkA": {"name": "Academy Test Issuer"},
        "did:web:nameless.example": {},
        "academy": {"name": "No identifier"},
    },
}
ROWS = [
    {"sub_name": "did:web:academy.example", "organization_name": "Arts Academy", "logo_uri": "data:,"},
    {"sub_name": "did:web:college.example", "legal_name": "The College"},
]
BATCH = {
    "issuers-table": [
        {"PutRequest": {"Item": {name: {"S": value} for name, value in row.items()}}} for row in ROWS
    ]
}
DOMAINS = [
    {"name": "University of Somewhere", "domains": ["Uni.example", "students.uni.example"], "web_pages": []},
    {"name": "Bad", "domains": ["not a domain", "uni..example", "localhost", 7]},
]


def read(content: object, **more):
    document = content if isinstance(content, bytes) else json.dumps(content).encode()
    arguments = {"title": "A list", "licence": "MIT", "standing": Standing.KNOWN} | more
    return read_list(document, **arguments)


def found(imported):
    return [(entry.issuer_ids, entry.name) for entry in imported.entries]


def test_issuers_by_their_identifier():
    imported = read(KEYED)
    assert found(imported) == [(("did:web:academy.example",), "Academy of Arts")]
    assert imported.entries[0].standing is Standing.KNOWN
    assert (imported.source.title, imported.source.licence, imported.source.entries) == ("A list", "MIT", 1)
    assert len(imported.source.sha256) == 64
    assert len(imported.remarks) == 3
    assert any("tests or examples" in remark for remark in imported.remarks)
    assert len(read(KEYED, with_tests=True).entries) == 2


@pytest.mark.parametrize("content", [ROWS, BATCH, {"issuers": ROWS}])
def test_rows_of_a_federation(content):
    assert found(read(content)) == [
        (("did:web:academy.example",), "Arts Academy"),
        (("did:web:college.example",), "The College"),
    ]


def test_a_domain_gives_standing_to_its_own_did_web_alone():
    imported = read(DOMAINS)
    assert found(imported) == [
        (("did:web:uni.example", "did:web:students.uni.example"), "University of Somewhere")
    ]
    assert any("Bad" in remark or "?" in remark for remark in imported.remarks)


def test_an_issuer_that_stands_there_twice_is_told():
    document = b'{"registry": {"did:web:a.example": {"name": "A"}, "did:web:a.example": {"name": "B"}}}'
    imported = read(document)
    assert found(imported) == [(("did:web:a.example",), "A")]
    assert "twice" in imported.remarks[0]


@pytest.mark.parametrize(
    "content", [b"", b"\xff", b"[" * 100_000, {}, [], {"registry": {}}, [1, 2], "text", None]
)
def test_files_that_are_no_list(content):
    with pytest.raises(NotARegistryError):
        read(content)


def test_of_two_lists_the_first_counts_and_the_other_gives_names():
    lists = [read(KEYED), read(ROWS, title="Another", standing=Standing.RECOGNISED)]
    entries, sources, remarks = merged(lists)
    assert [(e.name, e.aliases, e.standing, e.source) for e in entries] == [
        ("Academy of Arts", ("Arts Academy",), Standing.KNOWN, 0),
        ("The College", (), Standing.RECOGNISED, 1),
    ]
    assert [source.title for source in sources] == ["A list", "Another"]
    assert any("does not count" in remark for remark in remarks)
