"""What a hostile server can do with a request. Each move answers one request on its connection."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import zlib
from collections.abc import Callable
from functools import cache

from tests.support.hostile import Answer, Hostile, drip, reply

Move = Callable[[Hostile, socket.socket, str], None]


def say(status: int, body: bytes = b"", **headers: str) -> Move:
    """Answers at once; `_` in a header's name stands for `-`."""
    return lambda server, connection, line: connection.sendall(reply(status, body, **headers))


def say_json(value: object) -> Move:
    """Answers with a document."""
    return say(200, json.dumps(value).encode(), Content_Type="application/json")


def raw(data: bytes) -> Move:
    """Sends bytes that need not be HTTP, and hangs up."""
    return lambda server, connection, line: connection.sendall(data)


def redirect(location: str, status: int = 302) -> Move:
    """Redirects; `{port}` is the server's own port."""

    def move(server: Hostile, connection: socket.socket, line: str) -> None:
        connection.sendall(reply(status, Location=location.format(port=server.port)))

    return move


def pack(size: int) -> Move:
    """Answers with so many bytes that are packed a thousandfold, when first asked."""

    def move(server: Hostile, connection: socket.socket, line: str) -> None:
        say(200, _packed(size), Content_Encoding="gzip")(server, connection, line)

    return move


@cache
def _packed(size: int) -> bytes:
    part, rest = bytes(1 << 20), size
    packer = zlib.compressobj(wbits=31)  # gzip
    packed = []
    while rest > 0:
        packed.append(packer.compress(part[:rest]))
        rest -= len(part)
    return b"".join((*packed, packer.flush()))


def endless(part: bytes) -> Move:
    """Never ends its body."""

    def move(server: Hostile, connection: socket.socket, line: str) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while not server.over.is_set():
            connection.sendall(part)

    return move


def slowly(data: bytes) -> Move:
    """Sends a byte every second."""
    return lambda server, connection, line: drip(server, connection, data, 1.0)


def silence(server: Hostile, connection: socket.socket, line: str) -> None:
    """Says nothing until the test has ended."""
    server.over.wait(300)


def hang_up(server: Hostile, connection: socket.socket, line: str) -> None:
    """Ends the connection without a word."""


def relay_to(url: str, adds: Callable[[int], bytes] = lambda number: b"") -> Move:
    """Hands the request on to a good server on this machine.

    `adds(number)`: header lines that are put into the answer to the server's request of this number.
    """
    port = int(url.rpartition(":")[2])

    def move(server: Hostile, connection: socket.socket, line: str) -> None:
        head, _, body = server.asked.head.encode("latin-1").partition(b"\r\n\r\n")
        length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
        while length and len(body) < int(length[1]) and (part := connection.recv(65536)):
            body += part
        head = re.sub(rb"(?i)\r\nconnection:[^\r]*", b"", head) + b"\r\nConnection: close"
        with contextlib.closing(socket.create_connection(("127.0.0.1", port))) as good:
            good.sendall(head + b"\r\n\r\n" + body)
            head, _, body = good.recv(65536).partition(b"\r\n\r\n")
            connection.sendall(head + b"\r\n" + adds(len(server.seen)) + b"\r\n" + body)
            while part := good.recv(65536):
                connection.sendall(part)

    return move


def new_cookies(count: int, size: int) -> Callable[[int], bytes]:
    """Sets so many cookies of so many bytes, which have other names in each answer."""

    def lines(number: int) -> bytes:
        pair = b"Set-Cookie: c%d-%d=%s; Path=/\r\n"
        return b"".join(pair % (number, n, b"x" * size) for n in range(count))

    return lines


__all__ = ["Answer", "Move", "endless", "hang_up", "new_cookies", "pack", "raw", "redirect", "relay_to", "say",
           "say_json", "silence", "slowly"]  # fmt: skip
