"""`credence registry`: snapshots from public lists, as files."""

import json
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from credence.cli.__main__ import app
from support.badges import AT, ISSUER, credential

RUN = CliRunner()
WHEN = AT.strftime("%Y-%m-%dT%H:%M:%S+0000")


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    listed = {"registry": {ISSUER.id: {"name": "Academy of Arts"}, "did:key:z6MkT": {"name": "Sandbox"}}}
    (tmp_path / "list.json").write_text(json.dumps(listed))
    file = tmp_path / "recipe.toml"
    file.write_text(
        'version = 4\n[[source]]\nfile = "list.json"\ntitle = "A list"\nlicence = "MIT"\nstanding = "RECOGNISED"\n'
    )
    return file


def build(recipe: Path) -> tuple[Path, str]:
    key, out = recipe.parent / "key.pem", recipe.parent / "snapshot.json"
    did = RUN.invoke(app, ["registry", "key", str(key)]).stdout.strip()
    answer = RUN.invoke(app, ["registry", "build", str(recipe), "--out", str(out), "--key", str(key)])
    assert answer.exit_code == 0, answer.output
    return out, did


def test_a_key_is_made_once_and_readable_by_its_owner(tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    first, second = (RUN.invoke(app, ["registry", "key", str(file)]).stdout for _ in range(2))
    assert first == second
    assert first.startswith("did:key:z6Mk")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.write_text("nothing")
    assert RUN.invoke(app, ["registry", "key", str(file)]).exit_code == 2


def test_from_public_lists_to_a_signed_snapshot(recipe: Path) -> None:
    out, did = build(recipe)
    shown = RUN.invoke(app, ["registry", "show", str(out), "--key", did])
    assert shown.exit_code == 0
    assert "Version 4" in shown.stdout
    assert "1 recognised" in shown.stdout
    assert "A list (MIT)" in shown.stdout
    assert did in shown.stdout
    (row,) = RUN.invoke(app, ["registry", "show", str(out), "--key", did, "--json"]).stdout.splitlines()
    assert json.loads(row) == {"ids": [ISSUER.id], "name": "Academy of Arts", "standing": "RECOGNISED"}
    assert RUN.invoke(app, ["registry", "show", str(out), "--key", "did:key:z6MkOther"]).exit_code == 2
    out.write_bytes(out.read_bytes().replace(b"RECOGNISED", b"KNOWN"))
    tampered = RUN.invoke(app, ["registry", "show", str(out), "--key", did])
    assert "SIGNATURE_MISMATCH" in tampered.stderr


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("version = 4", "version = 0"), "version"),
        (("MIT", ""), "licence"),
        (('title = "A list"\n', ""), "title"),
        (("RECOGNISED", "TRUSTED"), "standing"),
        (("list.json", "nowhere.json"), "nowhere.json"),
        (("[[source]]", "[source"), "recipe.toml"),
    ],
)
def test_what_is_wrong_with_a_recipe_is_one_line(recipe: Path, change: tuple[str, str], said: str) -> None:
    recipe.write_text(recipe.read_text().replace(*change))
    key = recipe.parent / "key.pem"
    RUN.invoke(app, ["registry", "key", str(key)])
    out = recipe.parent / "out.json"
    answer = RUN.invoke(app, ["registry", "build", str(recipe), "--out", str(out), "--key", str(key)])
    assert answer.exit_code == 2
    assert said in answer.stderr
    assert answer.stderr.count("\n") == 1
    assert not out.exists()


def test_verifying_with_a_snapshot(recipe: Path, tmp_path: Path) -> None:
    out, did = build(recipe)
    badge = tmp_path / "badge.json"
    badge.write_bytes(ISSUER.sign(credential(), "eddsa-jcs-2022"))
    arguments = ["verify", str(badge), "--at", WHEN, "--json"]
    trusted = RUN.invoke(app, [*arguments, "--registry", str(out), "--registry-key", did])
    verdict = json.loads(trusted.stdout)["verdicts"]["issuer_trusted"]
    assert (verdict["code"], verdict["message"]) == (
        "ISSUER_RECOGNISED",
        "The issuer is recognised by the registry (version 4).",
    )
    assert RUN.invoke(app, [*arguments, "--registry", str(out)]).exit_code == 2
