from pathlib import Path

import pytest
from pydantic import ValidationError

from credence.platform.settings import Settings, load_settings

NEEDED = {
    "CREDENCE_SERVICE": "things",
    "CREDENCE_KAFKA_BOOTSTRAP": "127.0.0.1:9092",
    "CREDENCE_DATABASE_URL": "postgresql://things@127.0.0.1/things",
    "CREDENCE_SYSTEM_DATABASE_URL": "postgresql://things_system@127.0.0.1/things",
    "CREDENCE_TOKEN_KEYS": "{}",
}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in NEEDED.items():
        monkeypatch.setenv(name, value)


def test_the_environment_fills_the_fields(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDENCE_READY_FILE", "run/things.json")
    monkeypatch.setenv("CREDENCE_CLOCK_AT", "2026-05-01T00:00:00Z")
    settings = load_settings(Settings)
    assert settings.service == "things"
    assert settings.ready_file == Path("run/things.json")
    assert settings.clock_at is not None
    assert settings.listen == "127.0.0.1:0"
    with pytest.raises(ValidationError, match="frozen"):
        settings.service = "other"


def test_a_missing_variable_ends_the_process_with_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CREDENCE_DATABASE_URL")
    with pytest.raises(SystemExit) as stopped:
        load_settings(Settings)
    assert stopped.value.code == "settings: CREDENCE_DATABASE_URL is not set"


def test_a_bad_value_is_named_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDENCE_LISTEN", "nowhere")
    monkeypatch.setenv("CREDENCE_CLOCK_AT", "2026-05-01T00:00:00")
    with pytest.raises(SystemExit) as stopped:
        load_settings(Settings)
    line = str(stopped.value.code)
    assert line.startswith("settings: CREDENCE_LISTEN: ")
    assert "CREDENCE_CLOCK_AT: Input should have timezone info" in line
    assert "\n" not in line


def test_a_service_adds_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    class ThingSettings(Settings):
        shelf: str

    with pytest.raises(SystemExit, match="CREDENCE_SHELF is not set"):
        load_settings(ThingSettings)
    monkeypatch.setenv("CREDENCE_SHELF", "top")
    assert load_settings(ThingSettings).shelf == "top"


def test_secrets_do_not_show_in_the_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDENCE_DRAIN_SECONDS", "secret-looking")
    with pytest.raises(SystemExit) as stopped:
        load_settings(Settings)
    assert "postgresql" not in str(stopped.value.code)
