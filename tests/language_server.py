"""yaml-language-server, which editors run for YAML files, spoken to over its standard input and output."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).parent / "services/language_server/node_modules/yaml-language-server/bin/yaml-language-server"


class LanguageServer:
    """A running server with one file open. Every request has an answer, or reading from the ended server fails."""

    def __init__(self, file: Path, schema: Path) -> None:
        self.uri, self._number = file.as_uri(), 0
        self._settings = {"yaml": {"schemas": {schema.as_uri(): file.as_uri()}, "completion": True, "validate": True}}
        self._process = subprocess.Popen(
            ["node", str(SCRIPT), "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._waiting: list[dict[str, Any]] = []
        capabilities = {"workspace": {"configuration": True}}
        self.ask("initialize", {"processId": None, "rootUri": file.parent.as_uri(), "capabilities": capabilities})
        self._tell("initialized", {})
        self._tell("workspace/didChangeConfiguration", {"settings": self._settings})
        document = {"uri": self.uri, "languageId": "yaml", "version": 1, "text": file.read_text(encoding="utf-8")}
        self._tell("textDocument/didOpen", {"textDocument": document})
        # Once it tells faults, it has read its settings and the schema.
        self.faults = self._diagnostics()

    def ask(self, method: str, params: Mapping[str, Any]) -> Any:
        """Return the result of a request."""
        self._number += 1
        self._send({"id": self._number, "method": method, "params": params})
        while (message := self._next()).get("id") != self._number or "method" in message:
            self._waiting.append(message)
        assert "error" not in message, message["error"]
        return message["result"]

    def completions(self, line: int, character: int) -> set[str]:
        """Return what is offered at a place of the file; lines and characters count from 0."""
        place = {"textDocument": {"uri": self.uri}, "position": {"line": line, "character": character}}
        found = self.ask("textDocument/completion", place)
        return {item["label"] for item in (found["items"] if isinstance(found, dict) else found or ())}

    def _diagnostics(self) -> list[dict[str, Any]]:
        told = "textDocument/publishDiagnostics"
        for message in self._waiting:
            if message.get("method") == told:
                self._waiting.remove(message)
                return list(message["params"]["diagnostics"])
        while (message := self._next()).get("method") != told:
            pass
        return list(message["params"]["diagnostics"])

    def close(self) -> None:
        """End the server."""
        self._process.kill()
        self._process.communicate()

    def _tell(self, method: str, params: Mapping[str, Any]) -> None:
        self._send({"method": method, "params": params})

    def _send(self, message: Mapping[str, Any]) -> None:
        content = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(content) + content)
        self._process.stdin.flush()

    def _next(self) -> dict[str, Any]:
        """Return the next message that is no question of the server, which are answered."""
        message = self._read()
        while "id" in message and "method" in message:
            self._send({"id": message["id"], "result": self._answer(message)})
            message = self._read()
        return message

    def _answer(self, message: Mapping[str, Any]) -> Any:
        if message["method"] != "workspace/configuration":
            return None
        return [self._settings.get(item.get("section")) for item in message["params"]["items"]]

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout
        length = 0
        while line := self._process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        assert length, "the language server ended"
        message: dict[str, Any] = json.loads(self._process.stdout.read(length))
        return message
