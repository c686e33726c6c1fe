"""A mail server for the tests: real SMTP on this machine, which refuses whom it is told to."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller


class MailServer:
    """Keeps what it is sent. `answers` maps an address to the reply it gets; the pause is a server that is slow to say yes."""

    def __init__(self) -> None:
        self.got: list[EmailMessage] = []
        self.answers: dict[str, str] = {}
        self.data_answer = "250 OK"
        self.sessions = 0
        self.pause = threading.Event()
        self.pause.set()
        self.arrived = threading.Event()
        self.url = ""

    async def handle_EHLO(  # noqa: N802 (aiosmtpd's name)
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        self.sessions += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        answer = self.answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.data_answer.startswith("250"):
            self.got.append(BytesParser(policy=default).parsebytes(envelope.content))  # type: ignore[arg-type]
        self.arrived.set()
        while not self.pause.is_set():
            await asyncio.sleep(0.02)
        return self.data_answer


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def mail() -> Iterator[MailServer]:
    """A mail server that says yes."""
    server, port = MailServer(), free_port()
    controller = Controller(server, hostname="127.0.0.1", port=port)
    server.url = f"smtp://127.0.0.1:{port}"
    controller.start()
    yield server
    server.pause.set()
    controller.stop()
