"""`credence taxonomy`: from a download to a table in use, and what it changed."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from credence.cli.__main__ import app
from credence_models.taxonomy.__main__ import main
from support.downloads import STAFF, Files, uri, uuid

RUN = CliRunner()


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Files:
    monkeypatch.setenv("CREDENCE_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("CREDENCE_TAXONOMY", raising=False)
    return Files(tmp_path)


def test_import_use_change_compare(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    first = RUN.invoke(app, ["taxonomy", "import", str(files.archive())])
    assert first.exit_code == 0, first.output
    chosen = first.stdout.splitlines()[-1]
    assert chosen.startswith("to use it: CREDENCE_TAXONOMY=")
    path = chosen.partition("=")[2]
    monkeypatch.setenv("CREDENCE_TAXONOMY", path)

    files.rename(uri(STAFF), uri(11))
    second = RUN.invoke(app, ["taxonomy", "import", str(files.folder()), "--out", str(files.at / "2.json")])
    assert second.exit_code == 0, second.output
    assert "1 added, 1 replaced, 0 retired" in second.stdout

    version = Path(path).stem
    seen = RUN.invoke(app, ["taxonomy", "diff", version, str(files.at / "2.json")])
    assert (
        f"run a kennel (esco:{uuid(STAFF)}) -> run a kennel (esco:{uuid(11)}): it has the same label"
        in seen.stdout
    )
    told = RUN.invoke(app, ["taxonomy", "diff", version, str(files.at / "2.json"), "--json"])
    assert [r["rule"] for r in json.loads(told.stdout)["replaced"]] == ["label"]

    monkeypatch.setenv("CREDENCE_TAXONOMY", str(files.at / "2.json"))
    shown = RUN.invoke(app, ["taxonomy", "show", f"esco:{uuid(STAFF)}"])
    assert f"replaces esco:{uuid(STAFF)}: it has the same label" in shown.stdout
    assert "rests on: kennel books" in shown.stdout
    assert "under: skills > leading > lead a pack" in shown.stdout
    assert "needed by: kennel master" in shown.stdout
    assert RUN.invoke(app, ["taxonomy", "show", "PelicanDB"]).stdout.count("under: ") == 2


@pytest.mark.parametrize("command", [("import", "none.zip"), ("diff", "a", "b"), ("show", "nothing")])
def test_errors_are_one_line(files: Files, command: tuple[str, ...]) -> None:
    answer = RUN.invoke(app, ["taxonomy", *command])
    assert answer.exit_code == 2
    assert answer.stderr.startswith("credence: ")
    assert len(answer.stderr.splitlines()) == 1


def test_the_models_alone_have_the_same_commands(files: Files, capsys: pytest.CaptureFixture[str]) -> None:
    out = files.at / "t.json"
    assert main(["import", str(files.folder()), "--out", str(out)]) == 0
    assert main(["diff", str(out), str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["added"] == []
    assert main(["import", str(files.at / "none")]) == 1
    assert "there is no such folder or archive" in capsys.readouterr().err
