"""A mail server on loopback that keeps the letters it gets, and refuses or disconnects as told."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import cast

from prescreen.config import MailServer


@dataclass
class Mailbox:
    """The received letters. `answers` holds, by command, a reply other than success; None disconnects."""

    port: int = 0
    messages: list[EmailMessage] = field(default_factory=list)
    answers: dict[str, str | None] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)

    @property
    def server(self) -> MailServer:
        """Return this server as the settings would describe it."""
        return MailServer("127.0.0.1", self.port, tls=False)

    def text(self, place: int = -1) -> str:
        """Return the text of a message."""
        return self.messages[place].get_content().replace("\r\n", "\n")


class _Session(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        """Serve one client."""
        box = self.server.box
        self._say("220 here")
        while line := self.rfile.readline().decode().strip():
            command = line.split(" ")[0].upper()
            to = line.partition("<")[2].partition(">")[0]
            if command == "RCPT" and to in box.refused:
                self._say(box.refused[to])
            elif command in box.answers and box.answers[command] is None:
                return
            elif command == "DATA" and "DATA" not in box.answers:
                self._take(box)
            else:
                self._say(box.answers.get(command) or ("221 bye" if command == "QUIT" else "250 yes"))
                if command == "QUIT":
                    return

    def _take(self, box: Mailbox) -> None:
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        box.messages.append(cast(EmailMessage, message_from_bytes(b"".join(lines), policy=default)))
        if box.answers.get("TAKEN", "") is None:
            return
        self._say("250 taken")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, box: Mailbox) -> None:
        self.box = box
        super().__init__(("127.0.0.1", 0), _Session)


@contextmanager
def running() -> Iterator[Mailbox]:
    """Run a mail server within a `with` block."""
    box = Mailbox()
    with _Server(box) as server:
        box.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield box
        finally:
            server.shutdown()
            thread.join()
