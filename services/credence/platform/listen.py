"""Addresses of the form `host:port`."""


def split_address(address: str) -> tuple[str, int]:
    """`127.0.0.1:0` -> ("127.0.0.1", 0); `[::1]:80` -> ("::1", 80). Raises ValueError for anything else."""
    host, colon, port = address.rpartition(":")
    if not colon or not host or not port.isdecimal() or int(port) > 65535:
        raise ValueError(f"{address!r} is not host:port")
    return host.removeprefix("[").removesuffix("]"), int(port)
