"""A server that answers with any bytes, at any pace."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

Answer = Callable[[socket.socket, str], None]
"""Answers one request on its connection; it is given the first line of the request."""


@dataclass
class Hostile:
    """A running server."""

    port: int
    seen: list[str] = field(default_factory=list)
    """Requests as they came, headers included."""
    asked: threading.local = field(default_factory=threading.local)
    """`asked.head` is the request that this thread answers."""
    over: threading.Event = field(default_factory=threading.Event)
    """Set when the test has ended."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextlib.contextmanager
def hostile(
    answer: Callable[[Hostile, socket.socket, str], None],
    port: int = 0,
    context: ssl.SSLContext | None = None,
) -> Iterator[Hostile]:
    """Serves one request a connection, over TLS if a context is given."""
    with socket.create_server(("127.0.0.1", port)) as listener:
        server = Hostile(listener.getsockname()[1])

        def serve(raw: socket.socket) -> None:
            with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
                connection = stack.enter_context(raw)
                if context is not None:
                    wrapped = context.wrap_socket(connection, server_side=True)
                    connection = stack.enter_context(wrapped)
                head = b""
                while b"\r\n\r\n" not in head and (part := connection.recv(65536)):
                    head += part
                if head:
                    server.asked.head = head.decode("latin-1")
                    server.seen.append(server.asked.head)
                    answer(server, connection, server.asked.head.partition("\r\n")[0])

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    threading.Thread(target=serve, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        try:
            yield server
        finally:
            server.over.set()
            listener.shutdown(socket.SHUT_RDWR)


def reply(status: int, body: bytes = b"", **headers: str) -> bytes:
    """Returns a whole response; `_` in a header's name stands for `-`."""
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def drip(server: Hostile, connection: socket.socket, data: bytes, seconds: float) -> None:
    """Sends a byte at a time until the client hangs up or the test has ended."""
    for byte in data:
        connection.sendall(bytes([byte]))
        if server.over.wait(seconds):
            return
