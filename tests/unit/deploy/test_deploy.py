"""The compose file and the image files, checked as far as no engine is needed: names, paths, and what each service must be told."""

import importlib
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from credence.cli.provision import SERVICES
from credence.platform.settings import Settings

ROOT = Path(__file__).parents[3]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text())
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
OURS = (*SERVICES, "web")


def settings_of(service: str) -> type[Settings]:
    module = importlib.import_module(f"credence.{service}.settings")
    classes = [c for c in vars(module).values() if isinstance(c, type) and c.__module__ == module.__name__]
    (found,) = [c for c in classes if issubclass(c, Settings)]
    return found


@pytest.mark.parametrize("service", OURS)
def test_a_service_is_told_all_that_it_must_know_and_nothing_that_it_does_not(service: str) -> None:
    fields = settings_of(service).model_fields
    given = {name.removeprefix("CREDENCE_").lower() for name in COMPOSE["services"][service]["environment"]}
    required = {name for name, field in fields.items() if field.is_required()}
    assert required <= given
    assert given <= set(fields)


@pytest.mark.parametrize("service", OURS)
def test_a_service_is_built_from_its_own_folder_with_extras_that_exist(service: str) -> None:
    arguments = COMPOSE["services"][service]["build"]["args"]
    assert arguments["SERVICE"] == service
    extras = [extra for extra in arguments.get("EXTRAS", "").split(",") if extra]
    assert set(extras) <= set(PROJECT["project"]["optional-dependencies"])


@pytest.mark.parametrize("dockerfile", ["Dockerfile", "provision.Dockerfile"])
def test_what_an_image_copies_is_there(dockerfile: str) -> None:
    text = (ROOT / "deploy" / dockerfile).read_text()
    for line in re.findall(r"^COPY (?!--from)(.+)$", text, flags=re.MULTILINE):
        for source in line.split()[:-1]:
            for service in OURS:
                assert (ROOT / source.replace("${SERVICE}", service)).exists(), source


def test_every_variable_of_the_compose_file_is_in_the_example() -> None:
    text = (ROOT / "deploy/compose.yaml").read_text()
    used = set(re.findall(r"\$\{([A-Z_]+)", text))
    offered = set(re.findall(r"^([A-Z_]+)=", (ROOT / "deploy/.env.example").read_text(), flags=re.MULTILINE))
    assert used == offered


def test_only_credentials_and_web_reach_out() -> None:
    outside = {name for name, service in COMPOSE["services"].items() if "outside" in service["networks"]}
    assert outside == {"credentials", "web"}
    assert COMPOSE["networks"]["inside"]["internal"] is True
