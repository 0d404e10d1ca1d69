import socket
from pathlib import Path

from credence.platform.local import free_port
from credence.platform.local.ports import is_free, remembered_port


def test_a_free_port_can_be_bound_and_lies_below_the_ephemeral_range() -> None:
    port = free_port()
    assert 1024 < port < 32_768
    with socket.create_server(("127.0.0.1", port)):
        assert not is_free(port)
    assert is_free(port)


def test_a_port_is_remembered_while_nobody_else_has_it(tmp_path: Path) -> None:
    path = tmp_path / "port"
    port = remembered_port(path)
    assert remembered_port(path) == port
    with socket.create_server(("127.0.0.1", port)):
        assert remembered_port(path) != port
    path.write_text("nonsense")
    assert is_free(remembered_port(path))
