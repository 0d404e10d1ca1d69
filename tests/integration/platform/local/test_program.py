import subprocess
import sys
from pathlib import Path

from credence.platform.local.guard import guard
from credence.platform.local.program import Program

CHATTER = """
import sys, time
print("up and running", flush=True)
print("loaded one more partition\\n" * 20_000, flush=True)
print(sys.argv[1], flush=True)
time.sleep(600)
"""


class Chatty(Program):
    """A server that says that it is up, and then far more than the end of a log that people are shown."""

    name = "chatty"
    ready_timeout = 20

    def __init__(self, log: Path, last_word: str) -> None:
        super().__init__(log)
        self._last_word = last_word

    def _spawn(self) -> subprocess.Popen[bytes]:
        return guard.spawn([sys.executable, "-S", "-c", CHATTER, self._last_word], log=self.log)

    def _is_ready(self) -> bool:
        return self._last_word in self.log_tail() and self._says("up and running")


def test_a_program_is_heard_whatever_it_says_afterwards(tmp_path: Path) -> None:
    program = Chatty(tmp_path / "chatty.log", "done")
    try:
        program.start()
        assert program.running
        assert not program._says("a word that it never says")
    finally:
        program.kill()


def test_a_word_is_heard_also_when_it_comes_in_halves(tmp_path: Path) -> None:
    program = Chatty(tmp_path / "half.log", "done")
    program.log.write_bytes(b"noise\nup and ru")
    assert not program._says("up and running")
    with program.log.open("ab") as file:
        file.write(b"nning\n")
    assert program._says("up and running")
