import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from credence.platform.local import (
    AlreadyRunningError,
    ChildDiedError,
    LocalPostgres,
    Service,
    StartError,
    Supervisor,
    read_state,
)
from integration.platform.local.processes import gone, wait_until

# Says what happens to it in a common journal, so that order can be seen.
WORKER = """
import os, pathlib, signal, sys, time
name, journal, ready = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
def say(what):
    with journal.open("a") as file: file.write(f"{name} {what}\\n")
def end(*_):
    say("stops"); sys.exit()
signal.signal(signal.SIGTERM, end)
say("starts"); print("hello from", name, flush=True); ready.write_text(str(os.getpid()))
while True: time.sleep(600)
"""


class Yard:
    def __init__(self, root: Path) -> None:
        self.root, self.run = root, root / "run"

    @property
    def journal(self) -> list[str]:
        path = self.root / "journal"
        return path.read_text().splitlines() if path.exists() else []

    def worker(self, name: str) -> Service:
        ready = self.root / f"{name}.ready"
        argv = [sys.executable, "-S", "-c", WORKER, name, str(self.root / "journal"), str(ready)]
        # The file of the last run may still be there.
        worker = Service(
            argv, log=self.run / f"{name}.log", ready=lambda: ready.read_text() == str(worker.pid)
        )
        return worker

    def program(self, name: str, code: str, **options: object) -> Service:
        return Service([sys.executable, "-S", "-c", code], log=self.run / f"{name}.log", **options)  # type: ignore[arg-type]


@pytest.fixture
def yard(tmp_path: Path) -> Yard:
    return Yard(tmp_path)


@pytest.fixture
def signals() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    assert {number: signal.getsignal(number) for number in before} == before


def after(seconds: float, action: object, *arguments: object) -> None:
    threading.Timer(seconds, action, arguments).start()  # type: ignore[arg-type]


def test_starts_in_order_tells_and_stops_in_reverse(yard: Yard, signals: None) -> None:
    lines: list[str] = []
    with Supervisor(yard.run, report=lines.append) as up:
        up.start({"a": yard.worker("a")})
        up.start({"b": yard.worker("b")})
        up.publish(broker="127.0.0.1:1")
        state = read_state(yard.run)
        assert state
        assert state.owner == os.getpid()
        assert state.facts == {"broker": "127.0.0.1:1"}
        assert sorted(state.pids) == ["a", "b"]
        assert all(psutil.pid_exists(pid) for pid in state.pids.values())
        after(0.1, os.kill, os.getpid(), signal.SIGTERM)
        up.wait()
    assert yard.journal == ["a starts", "b starts", "b stops", "a stops"]
    assert (yard.run / "a.log").read_text() == "hello from a\n"
    assert [line.split(" in ")[0] for line in lines] == ["a ready", "b ready"]
    assert read_state(yard.run) is None
    assert not any(psutil.pid_exists(pid) for pid in state.pids.values())


def test_a_second_one_is_told_about_the_first(yard: Yard) -> None:
    with (
        Supervisor(yard.run),
        pytest.raises(
            AlreadyRunningError, match=rf"already running in {yard.run} \(process {os.getpid()}, since "
        ),
    ):
        Supervisor(yard.run).__enter__()
    with Supervisor(yard.run):
        pass


def test_a_child_that_cannot_start_says_why_and_takes_the_others_along(yard: Yard) -> None:
    slow = yard.program("slow", "import time; time.sleep(600)", ready=lambda: False)
    bad = yard.program("bad", "print('no such setting'); raise SystemExit(3)", ready=lambda: False)

    def bring_up() -> None:
        with Supervisor(yard.run) as up:
            up.start({"a": yard.worker("a")})
            up.start({"slow": slow, "bad": bad})

    began = time.monotonic()
    with pytest.raises(StartError, match=r"(?s)bad did not start: it ended with status 3.*no such setting"):
        bring_up()
    assert time.monotonic() - began < 20  # the slow one's thirty seconds are not waited for
    assert not slow.running
    assert yard.journal == ["a starts", "a stops"]


def test_not_ready_in_time_is_an_error(yard: Yard) -> None:
    code = "import time; print('still loading', flush=True); time.sleep(600)"
    slow = yard.program("slow", code, ready=lambda: False, ready_timeout=1)
    with pytest.raises(StartError, match=r"(?s)slow did not start: not ready after 1 s.*still loading"):
        slow.start()
    assert not slow.running


def test_ctrl_c_while_something_starts(yard: Yard) -> None:
    def interrupt() -> bool:
        os.kill(os.getpid(), signal.SIGINT)
        return False

    slow = yard.program("slow", "import time; time.sleep(600)", ready=interrupt)

    def bring_up() -> None:
        with Supervisor(yard.run) as up:
            up.start({"a": yard.worker("a")})
            up.start({"slow": slow})

    with pytest.raises(KeyboardInterrupt):
        bring_up()
    assert not slow.running
    assert yard.journal[:1] == ["a starts"]


def test_a_dead_child_ends_the_wait_with_its_log(yard: Yard) -> None:
    with Supervisor(yard.run) as up:
        up.start(
            {
                "brief": yard.program(
                    "brief", "import time; time.sleep(.3); print('out of ideas'); raise SystemExit(7)"
                )
            }
        )
        with pytest.raises(ChildDiedError, match=r"(?s)brief died \(exit status 7\).*out of ideas"):
            up.wait()
        with pytest.raises(ChildDiedError):
            up.check()


def test_a_dead_child_is_restarted_after_a_growing_pause(yard: Yard) -> None:
    lines: list[str] = []
    with Supervisor(yard.run, report=lines.append) as up:
        up.start({"a": yard.worker("a")})
        up.start({"brief": yard.program("brief", "print('again')")}, restart=True)

        def stop_after_two() -> None:
            wait_until(lambda: (yard.run / "brief.log").read_text() == "again\n" * 3, 60)
            os.kill(os.getpid(), signal.SIGINT)

        threading.Thread(target=stop_after_two).start()
        up.wait()
    pauses = [line.rsplit(" in ", 1)[1] for line in lines if "is started again" in line]
    assert pauses[:2] == ["1 s", "2 s"]


def test_faults_on_demand(yard: Yard) -> None:
    with Supervisor(yard.run) as up:
        up.start({"a": yard.worker("a"), "db": LocalPostgres(fsync=False)})
        first = read_state(yard.run)
        up.kill("a")
        up.kill("db")
        up.check()  # wanted, so no death to report
        assert read_state(yard.run).pids == {}  # type: ignore[union-attr]
        up.restart("a")
        up.restart("db")
        second = read_state(yard.run)
        assert first
        assert second
        assert set(first.pids.values()).isdisjoint(second.pids.values())
        up.stop("a")
        assert yard.journal == ["a starts", "a starts", "a stops"]


def test_stopping_is_bounded_and_a_second_signal_hurries(yard: Yard) -> None:
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
    deaf = [
        yard.program(
            f"deaf{i}",
            code,
            stop_timeout=limit,
            ready=lambda i=i: "deaf" in (yard.run / f"deaf{i}.log").read_text(),
        )
        for i, limit in enumerate([0.5, 60])
    ]
    with Supervisor(yard.run) as up:
        up.start({"deaf": deaf[0]})
        began = time.monotonic()
    assert 0.4 < time.monotonic() - began < 5
    with Supervisor(yard.run) as up:
        up.start({"deaf": deaf[1]})
        after(0.5, os.kill, os.getpid(), signal.SIGINT)
        began = time.monotonic()
    assert time.monotonic() - began < 10
    assert not any(child.running for child in deaf)


def test_children_have_a_session_of_their_own(yard: Yard) -> None:
    """Ctrl-C in a terminal reaches the foreground group: the supervisor, not its children."""
    child = yard.program("a", "import time; time.sleep(600)")
    child.start()
    assert child.pid == os.getsid(child.pid or 0) != os.getsid(0)
    child.stop()


def test_its_children_go_when_it_is_killed(yard: Yard) -> None:
    code = (
        "import sys; from pathlib import Path; from credence.platform.local import Service, Supervisor\n"
        "run = Path(sys.argv[1])\n"
        "with Supervisor(run) as up:\n"
        "    up.start({'s': Service(['sleep', '600'], log=run / 's.log')}); print(1, flush=True); up.wait()\n"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(yard.run)], stdout=subprocess.PIPE) as owner:
        assert owner.stdout
        owner.stdout.readline()
        child = psutil.Process(json.loads((yard.run / "state.json").read_text())["pids"]["s"])
        owner.kill()
    wait_until(lambda: gone(child), 10)
    assert read_state(yard.run) is None
