"""A mail server on loopback that keeps the letters it gets, and refuses, stalls or disconnects as told."""

from __future__ import annotations

import socket
import socketserver
import ssl
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import cast

from prescreen.config import MailServer

STALL, RESET = "stall", "reset"


@dataclass
class Mailbox:
    """The received letters.

    `answers` holds, by command, a reply other than success; None disconnects, `RESET` does so rudely, and `STALL` never
    answers. `GREETING` is the reply to a connection, `TAKEN` the one to the text of a letter. `commands` are those that
    were received, and `offers` the extensions that the server speaks; STARTTLS needs a `context`.
    """

    port: int = 0
    messages: list[EmailMessage] = field(default_factory=list)
    contents: list[bytes] = field(default_factory=list)
    answers: dict[str, str | None] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    offers: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    context: ssl.SSLContext | None = None

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
        with suppress(ConnectionError, ssl.SSLError):
            self._serve(self.server.box)

    def finish(self) -> None:
        """Close the connection, which may be another one since it was encrypted."""
        with suppress(ConnectionError):
            super().finish()
        self.connection.close()

    def _serve(self, box: Mailbox) -> None:
        self._say(box.answers.get("GREETING") or "220 here")
        while line := self.rfile.readline().decode().strip():
            box.commands.append(line)
            command = line.split(" ")[0].upper()
            to = line.partition("<")[2].partition(">")[0]
            if command == "RCPT" and to in box.refused:
                self._say(box.refused[to])
            elif command in box.answers and box.answers[command] is None:
                return
            elif command == "STARTTLS" and command not in box.answers:
                self._encrypt(box)
            elif command == "DATA" and "DATA" not in box.answers:
                if not self._take(box):
                    return
            else:
                self._say(box.answers.get(command) or self._usual(box, command))
                if command == "QUIT":
                    return

    @staticmethod
    def _usual(box: Mailbox, command: str) -> str:
        if command == "QUIT":
            return "221 bye"
        *lines, last = ["yes", *(box.offers if command == "EHLO" else [])]
        return "\r\n".join([*(f"250-{line}" for line in lines), f"250 {last}"])

    def _encrypt(self, box: Mailbox) -> None:
        assert box.context is not None
        self._say("220 go ahead")
        self.connection = self.request = box.context.wrap_socket(self.request, server_side=True)
        self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb", buffering=0)

    def _take(self, box: Mailbox) -> bool:
        """Take the text of a letter; return whether it was answered."""
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        box.contents.append(b"".join(lines))
        box.messages.append(cast(EmailMessage, message_from_bytes(box.contents[-1], policy=default)))
        answer = box.answers.get("TAKEN", "250 taken")
        if answer is None:
            return False
        self._say(answer)
        return True

    def _say(self, line: str) -> None:
        if line == STALL:
            self.server.stopped.wait()
            return
        if line == RESET:
            # Closed without lingering, a socket tells the other end so by a reset.
            self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.request.close()
            raise ConnectionResetError
        self.wfile.write(f"{line}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, box: Mailbox) -> None:
        self.box, self.stopped = box, threading.Event()
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
            server.stopped.set()
            server.shutdown()
            thread.join()
