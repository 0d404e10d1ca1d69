"""A company written and read is the same company, and half a one is none."""

from pathlib import Path

from credence.credentials.verifier import FolderDocuments
from credence.demo import Company, read, write


def test_what_is_written_is_read(small: Company, tmp_path: Path) -> None:
    write(small, tmp_path)
    again = read(tmp_path)
    assert again is not None
    assert again.candidates == small.candidates
    assert again.postings == small.postings
    assert again.cohorts == small.cohorts
    assert again.programmes == small.programmes
    assert again.issuers == small.issuers
    assert again.web_documents == small.web_documents
    assert again.expectations == small.expectations
    assert (again.tenant, again.reference) == (small.tenant, small.reference)


def test_equal_companies_give_equal_files(small: Company, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    write(small, first)
    read_back = read(first)
    assert read_back is not None
    write(read_back, second)
    files = [path.relative_to(first) for path in sorted(first.rglob("*")) if path.is_file()]
    assert files == [path.relative_to(second) for path in sorted(second.rglob("*")) if path.is_file()]
    assert all((first / path).read_bytes() == (second / path).read_bytes() for path in files)


def test_a_folder_without_manifest_holds_no_company(small: Company, tmp_path: Path) -> None:
    assert read(tmp_path / "nowhere") is None
    write(small, tmp_path)
    (tmp_path / "manifest.json").unlink()
    assert read(tmp_path) is None


def test_the_web_folder_serves_a_verifier(small: Company, tmp_path: Path) -> None:
    write(small, tmp_path)
    documents = FolderDocuments(tmp_path / "web")
    for path, body in small.web_documents.items():
        assert documents.get(f"https://{path}") == body
