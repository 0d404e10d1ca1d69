"""What can go wrong with local servers. Each error's text is fit to print as it is.

LocalError
├── AlreadyRunningError  another process uses this data or run directory
├── ChildDiedError       a running child ended without being asked to
├── FetchError           a jar could not be downloaded, or is not the one that was pinned
└── StartError           a child ended, or was not ready in time, while starting
"""


class LocalError(RuntimeError):
    pass


class AlreadyRunningError(LocalError):
    pass


class FetchError(LocalError):
    pass


class StartError(LocalError):
    def __init__(self, name: str, reason: str, log_tail: str) -> None:
        super().__init__(_with_tail(f"{name} did not start: {reason}", log_tail))
        self.name, self.reason, self.log_tail = name, reason, log_tail


class ChildDiedError(LocalError):
    def __init__(self, name: str, returncode: int, log_tail: str) -> None:
        cause = f"signal {-returncode}" if returncode < 0 else f"exit status {returncode}"
        super().__init__(_with_tail(f"{name} died ({cause})", log_tail))
        self.name, self.returncode, self.log_tail = name, returncode, log_tail


def _with_tail(message: str, log_tail: str) -> str:
    if not log_tail:
        return f"{message} (its log is empty)"
    return f"{message}; the end of its log:\n{log_tail}"
