"""A machine as docs/installing.md leaves it, in a folder: the paths of the runbook lead there.

Scripts, units and settings are those of `deploy/`. Commands of `prescreen` run in this process, which saves time,
and the service in processes of its own. `systemctl` and `journalctl` do what the runbook asks of them.
"""

from __future__ import annotations

import getpass
import json
import os
import shlex
import shutil
import signal
import socketserver
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from click.testing import CliRunner

from prescreen.cli.commands import main
from prescreen.config import VARIABLES
from tests.deploy.deployed import DEPLOY, ROOT, unit
from tests.deploy.proxied import free_port
from tests.services.postgres import Cluster

QUICK = ('PRESCREEN_STOP_DELAY="0"', 'PRESCREEN_WORKERS="1"')
_STOP_SECONDS, _LOOK_SECONDS = 30, 0.02
_SCRIPTS = ("prescreen", "prescreen-backup", "prescreen-drill")
_VERSIONS = ("prescreen-0.1.0", "prescreen-0.2.0")
# What serves is a process of its own; all else is done by the test.
_CLIENT = """#!{python} -SI
import json, os, socket, sys
name, arguments = os.path.basename(sys.argv[0]), sys.argv[1:]
if arguments[:1] == ["serve"] and "--check" not in arguments:
    os.execv({python!r}, [{python!r}, "-m", "prescreen.cli", *arguments])
with socket.socket(socket.AF_UNIX) as asked:
    asked.connect({socket!r})
    asked.sendall(json.dumps([name, arguments, dict(os.environ)]).encode() + b"\\n")
    with asked.makefile("rb") as answered:
        done = json.load(answered)
sys.stderr.write(done["err"])
sys.stdout.write(done["out"])
sys.exit(done["code"])
"""


@dataclass(frozen=True)
class Done:
    """What a program printed, and its exit status."""

    out: str = ""
    err: str = ""
    code: int = 0

    @property
    def told(self) -> str:
        """Return what it printed on both ways."""
        return self.out + self.err


@dataclass
class Machine:
    """The folder that stands for `/`, and what runs in it. `database` is None where it is SQLite."""

    root: Path
    mail_port: int
    database: Cluster | None = None
    database_url: str = ""
    port: int = field(default_factory=free_port)
    drill_port: int = field(default_factory=free_port)
    said: dict[str, str] = field(default_factory=dict)
    """What stands in the runbook as an example, and what it is here."""
    _service: subprocess.Popen[bytes] | None = None

    @property
    def instance(self) -> Path:
        """Return the folder with SQLite's file and the list of deletions."""
        return self.root / "var/lib/prescreen"

    @property
    def backups(self) -> Path:
        """Return the folder of backups."""
        return self.root / "var/backups/prescreen"

    @property
    def criteria(self) -> Path:
        """Return the folder of the criteria, which is a repository."""
        return self.root / "etc/prescreen/criteria"

    def here(self, text: str) -> str:
        """Return a text with its paths, ports, users and examples replaced by those of this machine."""
        user = getpass.getuser()
        changes = {
            **{path: f"{self.root}{path}" for path in ("/opt/prescreen", "/etc/prescreen")},
            **{path: f"{self.root}{path}" for path in ("/var/lib/prescreen", "/var/backups/prescreen")},
            "127.0.0.1:8000": f"127.0.0.1:{self.port}",
            "8099": str(self.drill_port),
            "!= prescreen ]": f"!= {user} ]",
            "chown prescreen:": f"chown {user}:",
            **self.said,
        }
        for there, here in changes.items():
            text = text.replace(there, here)
        return text

    def run(self, block: str) -> Done:
        """Run a block of the runbook, as a shell does that stops at the first failure."""
        out, err = (self.root / name for name in ("out", "err"))
        with out.open("wb") as written, err.open("wb") as told, self._listening() as server:
            shell = ["sh", "-ec", self.here(block)]
            running = subprocess.Popen(shell, env=self._environment, stdout=written, stderr=told)
            # In this thread, the first one: commands look out for signals.
            while running.poll() is None:
                server.handle_request()
        return Done(out.read_text(), err.read_text(), running.returncode)

    def _listening(self) -> socketserver.UnixStreamServer:
        machine = self

        class Asked(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                done = machine.answer(*json.loads(self.rfile.readline()))
                self.wfile.write(json.dumps(asdict(done)).encode())

        (self.root / "s").unlink(missing_ok=True)
        server = socketserver.UnixStreamServer(str(self.root / "s"), Asked)
        server.timeout = _LOOK_SECONDS
        return server

    def prescreen(self, *arguments: str, given: str | None = None, **settings: str) -> Done:
        """Run a command with the settings of the service, some of them replaced."""
        return _command(list(arguments), {**self.settings_given(), **settings}, given)

    def start(self) -> None:
        """Start the service as its unit says."""
        [started] = unit("prescreen.service")["ExecStart"]
        command = ["sh", "-c", f"set -a; . {self._settings_file}; exec {self.here(started)}"]
        with self.log.open("ab") as log:
            self._service = subprocess.Popen(
                command, cwd=self.instance, env=self._environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Stop the service, and kill what is left of it."""
        if self._service is None:
            return
        self._service.send_signal(how)
        with suppress(subprocess.TimeoutExpired):
            self._service.wait(_STOP_SECONDS)
        with suppress(ProcessLookupError):
            os.killpg(self._service.pid, signal.SIGKILL)
        self._service.wait()
        self._service = None

    @property
    def log(self) -> Path:
        """Return the file that stands for the journal."""
        return self.root / "log"

    def install(self, criteria: Path) -> None:
        """Lay out the machine, as docs/installing.md says."""
        for folder in (self.instance, self.backups, self.root / "bin", self.root / "etc/prescreen"):
            folder.mkdir(mode=0o700, parents=True)
        for version in _VERSIONS:
            self._add_program(self.root / "opt" / version / ".venv/bin/prescreen")
        (self.root / "opt/prescreen").symlink_to(self.root / "opt" / _VERSIONS[0])
        for name in ("systemctl", "journalctl"):
            self._add_program(self.root / "bin" / name)
        for name in _SCRIPTS:
            self._write(self.root / "bin" / name, self.here((DEPLOY / "systemd" / name).read_text()))
        self._write_settings()
        shutil.copytree(criteria, self.criteria)
        self.run("cd /etc/prescreen/criteria; git init -q; git add --all; git commit -qm 'As it was'")

    def _write_settings(self) -> None:
        secrets = self.root / "etc/prescreen/secrets"
        subprocess.run(["sh", DEPLOY / "make-secrets", secrets, str(os.geteuid())], check=True, capture_output=True)
        self._write(secrets / "mail_url", f"smtp://127.0.0.1:{self.mail_port}?tls=off\n", 0o400)
        lines = self.here((DEPLOY / "systemd/prescreen.env").read_text()).splitlines()
        kept = [one for one in lines if not one.startswith(("PRESCREEN_DATABASE_URL=", "PRESCREEN_SECOND_FACTOR="))]
        # A password alone opens the desk, and starts and stops are quick; every other setting is that of production.
        mine = [f'PRESCREEN_PORT="{self.port}"', 'PRESCREEN_SECOND_FACTOR="offered"', *QUICK]
        if self.database_url:
            mine.append(f'PRESCREEN_DATABASE_URL="{self.database_url}"')
        self._write(self._settings_file, "\n".join([*kept, *mine, ""]))

    @property
    def _settings_file(self) -> Path:
        return self.root / "etc/prescreen/prescreen.env"

    def settings_given(self) -> dict[str, str]:
        shown = subprocess.run(
            ["sh", "-c", f"set -a; . {self._settings_file}; exec env"],
            env={},
            check=True,
            capture_output=True,
            text=True,
        )
        return dict(one.partition("=")[::2] for one in shown.stdout.splitlines())

    @property
    def _environment(self) -> dict[str, str]:
        who = {f"GIT_{one}_{what}": "op@example.org" for one in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        path = f"{self.root / 'bin'}:{os.environ['PATH']}"
        return {"PATH": path, "HOME": str(self.root), "PYTHONPATH": str(ROOT), "TMPDIR": str(self.root), **who}

    def _add_program(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._write(path, _CLIENT.format(python=sys.executable, socket=str(self.root / "s")), 0o755)

    @staticmethod
    def _write(path: Path, text: str, mode: int = 0o755) -> None:
        path.write_text(text)
        path.chmod(mode)

    def answer(self, name: str, arguments: list[str], environment: Mapping[str, str]) -> Done:
        """Do what a program is asked to do."""
        if name == "prescreen":
            return _command(arguments, environment)
        if name == "journalctl":
            return Done("" if "-u" not in arguments else self.log.read_text())
        action, of = arguments
        return self._postgresql(action) if of == "postgresql" else self._systemctl(action)

    def _systemctl(self, action: str) -> Done:
        if action in {"stop", "restart"}:
            self.stop()
        if action in {"start", "restart"}:
            self.start()
        return Done(code=0 if action != "status" or self._service else 3)

    def _postgresql(self, action: str) -> Done:
        assert (action, self.database is None) == ("start", False)
        if self.database:
            self.database.start()
        return Done()


def _command(arguments: Sequence[str], environment: Mapping[str, str], given: str | None = None) -> Done:
    """Run a command of `prescreen` in this process."""
    settings = {**dict.fromkeys(VARIABLES), **{name: one for name, one in environment.items() if name in VARIABLES}}
    result = CliRunner().invoke(main, list(arguments), input=given, env=settings)
    if result.exception and not isinstance(result.exception, SystemExit):
        return Done(result.stdout, f"{shlex.join(arguments)}: {result.exception!r}", 70)
    return Done(result.stdout, result.stderr, result.exit_code)
