"""Nothing stays when the owner goes, even with -9 and no chance to say anything."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from credence.platform.local import LocalPostgres
from integration.platform.local.processes import gone, wait_until

# Started from threads that have ended: what is tied to the thread that forked would go too soon.
OWNER = """
import json, os, sys, threading, time
from pathlib import Path
from credence.platform.local import LocalKafka, LocalPostgres, Service
data, way = Path(sys.argv[1]), sys.argv[2]
deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
log = data.with_name("deaf.log")
children = [LocalPostgres(fsync=False)]
if way == "kill":
    ready = lambda: "deaf" in log.read_text()
    children += [LocalKafka(data), Service([sys.executable, "-c", deaf], log=log, ready=ready)]
for child in children:
    thread = threading.Thread(target=child.start)
    thread.start()
    thread.join()
forked = 0
if way == "fork" and not (forked := os.fork()):
    time.sleep(600)
told = {"pids": [c.pid for c in children], "temporary": str(children[0].data_dir), "forked": forked}
print(json.dumps(told), flush=True)
if way == "end":
    sys.exit()
time.sleep(600)
"""


@pytest.mark.parametrize("way", ["kill", "end", "fork"])
def test_servers_go_with_their_owner(tmp_path: Path, way: str) -> None:
    data = tmp_path / "kafka"
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, str(data), way], stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout
        told = json.loads(owner.stdout.readline())
        leaders = [psutil.Process(pid) for pid in told["pids"]]
        family = [*leaders, *(child for leader in leaders for child in leader.children(recursive=True))]
        assert len(family) > 5
        assert all(leader.is_running() for leader in leaders)
        assert Path(told["temporary"]).is_dir()
        if way != "end":
            owner.kill()
        owner.wait()
        try:
            # Five seconds of grace are for the one that ignores SIGTERM.
            wait_until(lambda: all(gone(process) for process in family), 15)
            wait_until(lambda: not Path(told["temporary"]).exists(), 5)
        finally:
            if told["forked"]:
                os.kill(told["forked"], signal.SIGKILL)
    # What was meant to stay did.
    assert (data / "formatted").exists() == (way == "kill")


def test_the_next_owner_waits_for_the_servers_of_a_killed_one(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from credence.platform.local import LocalPostgres\n"
        "LocalPostgres(Path(sys.argv[1]), fsync=False).start(); print(1, flush=True); time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE) as owner:
        assert owner.stdout
        owner.stdout.readline()
        owner.kill()
        with LocalPostgres(tmp_path, fsync=False) as postgres:
            assert postgres.running


def test_what_forks_from_the_owner_does_not_hold_its_servers(tmp_path: Path) -> None:
    with LocalPostgres(tmp_path, fsync=False) as postgres:
        if not (forked := os.fork()):
            time.sleep(600)
        try:
            postgres.kill()
            postgres.start()
        finally:
            os.kill(forked, signal.SIGKILL)
            os.waitpid(forked, 0)
