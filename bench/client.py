"""A load client that costs little: some keep-alive connections, each asks again as soon as it is answered.

Run as a process of its own (`python -m bench.client ADDRESS PATH …`), so that it never shares an interpreter with a server.
"""

import argparse
import json
import selectors
import socket
import time
from dataclasses import asdict, dataclass, field

#: Read in pieces of this size; a page usually arrives in one or two.
PIECE = 1 << 18
#: Longest to wait for a first answer, in seconds.
PATIENCE = 60


@dataclass(frozen=True)
class Load:
    """What one round of load came to."""

    requests: int
    seconds: float
    median_ms: float
    bytes: int


@dataclass
class _Connection:
    """One keep-alive connection with the answer it is waiting for."""

    socket: socket.socket
    asked_at: float = 0.0
    missing: int = -1
    head: bytes = b""
    times: list[float] = field(default_factory=list)


class AnswerError(RuntimeError):
    """A server did not answer as it should: nothing is measured then."""


def _ask(connection: _Connection, request: bytes) -> None:
    connection.asked_at, connection.missing, connection.head = time.perf_counter(), -1, b""
    connection.socket.sendall(request)


def _length(head: bytes) -> int:
    """The length an answer says it has. AnswerError unless it is a 200 that keeps the connection."""
    lines = head.decode("latin-1").split("\r\n")
    fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
    if (
        lines[0].split()[1] != "200"
        or fields.get("connection", "").lower() == "close"
        or "content-length" not in fields
    ):
        raise AnswerError(f"An answer cannot be measured: {lines[0]}")
    return int(fields["content-length"])


def _take(connection: _Connection, buffer: bytearray) -> bool:
    """Read what has arrived; is the answer complete?"""
    size = connection.socket.recv_into(buffer)
    if not size:
        raise AnswerError("The server closed a connection.")
    if connection.missing < 0:
        connection.head += bytes(buffer[:size])
        head, found, body = connection.head.partition(b"\r\n\r\n")
        if not found:
            return False
        connection.missing = _length(head) - len(body)
    else:
        connection.missing -= size
    return connection.missing <= 0


def load(host: str, port: int, path: str, *, connections: int, seconds: float) -> Load:
    """Ask for one path on so many connections for so long. AnswerError if anything but whole 200s come back."""
    request = f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nAccept: text/html\r\n\r\n".encode()
    buffer, length = bytearray(PIECE), 0
    with selectors.DefaultSelector() as selector:
        opened = [_Connection(socket.create_connection((host, port), timeout=30)) for _ in range(connections)]
        start = time.perf_counter()
        for connection in opened:
            connection.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            _ask(connection, request)
        until, now, first = start + seconds, start, True
        # A round lasts until something was answered, however busy the machine is.
        while now < until or (first and now < start + PATIENCE):
            for key, _ in selector.select(timeout=1):
                connection = key.data
                if _take(connection, buffer):
                    now = time.perf_counter()
                    first = False
                    connection.times.append(now - connection.asked_at)
                    length = _length(connection.head.partition(b"\r\n\r\n")[0])
                    _ask(connection, request)
            now = time.perf_counter()
        for connection in opened:
            connection.socket.close()
    times = sorted(one for connection in opened for one in connection.times)
    if not times:
        raise AnswerError("Nothing was answered in time.")
    return Load(len(times), now - start, times[len(times) // 2] * 1000, length)


def main() -> None:
    """Print one round of load as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("host")
    parser.add_argument("port", type=int)
    parser.add_argument("path")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=4)
    given = parser.parse_args()
    print(
        json.dumps(
            asdict(load(given.host, given.port, given.path, connections=given.connections, seconds=given.seconds))
        )
    )


if __name__ == "__main__":
    main()
