"""Every command of docs/runbook.md, run in its order on a machine to which each thing happens."""

from __future__ import annotations

import os
import re
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
from markdown_it import MarkdownIt

from prescreen.storage.backup.manifest import Content
from prescreen.storage.base.keys import load_keys
from prescreen.workflow.operations.backing_up import verified
from prescreen.workflow.operations.readiness import Part
from tests.deploy.deployed import ROOT
from tests.deploy.machine import Done, Machine
from tests.deploy.night import Night, recruiting, wait
from tests.faults.person import Browser
from tests.mailserver import running as mail_running
from tests.services import postgres

RUNBOOK = (ROOT / "docs/runbook.md").read_text()
RITA, ROSA = "rita@example.org", "rosa@example.org"
# What a restore writes itself, and what a backup leaves out.
RECORDED = "audit_event"


@dataclass(frozen=True)
class Block:
    """Commands to paste, under a heading; on one database alone where that is said above them."""

    heading: str
    text: str
    only: str


def blocks() -> list[Block]:
    """Return the commands of the runbook in their order."""
    found, heading = [], ""
    pattern = re.compile(
        r"^## (?P<heading>[^\n]*)$|^(?:<!-- (?P<only>PostgreSQL|SQLite) -->\n)?```sh\n(?P<text>.*?)^```$", re.M | re.S
    )
    for one in pattern.finditer(RUNBOOK):
        heading = one["heading"] or heading
        if one["text"]:
            found.append(Block(heading, one["text"], one["only"] or ""))
    return found


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def night(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Night]:
    """Install a machine on each database, with an account and somebody who came."""
    with ExitStack() as stack:
        mail = stack.enter_context(mail_running())
        cluster = stack.enter_context(postgres.cluster(postgres.DURABLE)) if request.param == "postgresql" else None
        # A short name: sockets in its folders may have no long one.
        root = Path(stack.enter_context(TemporaryDirectory(prefix="night-"))) / "m"
        machine = Machine(root, mail.port, cluster, cluster.url.replace("+psycopg", "") if cluster else "")
        machine.root.mkdir(mode=0o700)
        machine.install(recruiting(tmp_path / "criteria"))
        stack.callback(machine.stop)
        one = Night(machine, mail)
        assert machine.prescreen("db", "upgrade").code == 0
        machine.start()
        wait(one.ready)
        one.sent("stays")
        one.add(RITA)
        yield one


# --- what happens before the commands of each heading, and what must be so after them ---

Happens = Callable[[Night], None]
Holds = Callable[[Night, Done], None]


def nothing(night: Night) -> None:
    """Let nothing happen."""


def is_served(night: Night, done: Done) -> None:
    assert '"status":"ok"' in done.told.replace(" ", "")
    assert night.ready()


def looked(night: Night, done: Done) -> None:
    is_served(night, done)
    assert "fit for real people" in done.told


def die(night: Night) -> None:
    night.machine.stop(signal.SIGKILL)
    assert not night.ready()


def fill_up(night: Night) -> None:
    old = night.machine.backups / "2026-01-01T023000Z.backup"
    old.write_bytes(b"old")
    os.utime(old, (0, 0))
    (night.machine.backups / "2026-11-30T023000Z.backup").write_bytes(b"new")


def has_room(night: Night, done: Done) -> None:
    left = [one.name for one in night.machine.backups.iterdir()]
    (night.machine.backups / "2026-11-30T023000Z.backup").unlink()

    assert left == ["2026-11-30T023000Z.backup"]
    assert "letters: deleted" in done.told


def lose_the_server(night: Night) -> None:
    assert night.machine.database
    night.machine.database.stop()
    assert not night.ready()


def refuse_a_letter(night: Night) -> None:
    night.mail.answers["RCPT"] = "550 no such mailbox"
    night.sent("is written to again")
    wait(lambda: "  failed  " in night.machine.prescreen("outbox").out)
    del night.mail.answers["RCPT"]


def letters_went(night: Night, done: Done) -> None:
    assert "1 letter waits to be sent again" in done.told
    wait(lambda: "  failed  " not in (listed := night.machine.prescreen("outbox").out) and "waiting" not in listed)


def publish_a_fault(night: Night) -> None:
    trial = night.machine.criteria / "trials" / f"{night.machine.said['NCT06688773']}.yaml"
    trial.write_text(trial.read_text().replace("status: RECRUITING", "status: COMPLETED"))
    assert night.machine.run("cd /etc/prescreen/criteria; git commit -qam 'A fault'").code == 0


def fault_is_gone(night: Night, done: Done) -> None:
    trial = night.machine.criteria / "trials" / f"{night.machine.said['NCT06688773']}.yaml"
    seen = (night.machine.backups / "seen.csv").read_text()

    assert "status: COMPLETED" not in trial.read_text()
    assert "0 faults" in done.told
    assert "permits" in seen
    assert "Person " not in seen


def ask_to_be_deleted(night: Night) -> None:
    night.sent("is deleted")
    night.machine.said["LP-7K3F-2M"] = night.people["is deleted"]


def is_deleted(night: Night, done: Done) -> None:
    assert f"deleted {night.people['is deleted']}" in done.told
    assert night.people["is deleted"] not in night.there()


def look_where_one_should_not(night: Night) -> None:
    assert night.signs_in(RITA)


def is_known_who_was_seen(night: Night, done: Done) -> None:
    assert night.people["stays"] in done.told
    assert "all as they were sealed" in done.told
    assert not night.signs_in(RITA)


def keys_are_new(night: Night, done: Done) -> None:
    assert "indexed anew" in done.told
    assert "may be taken out of the encryption keys" in done.told
    wait(night.ready)
    letters = "".join(one.get_content() for one in night.mail.messages)
    links = re.findall(r"https://trials\.example\.org(/my/confirm/\S+)", letters)
    assert links
    assert {Browser(night.port).get(link).status for link in links[:1]} == {200}
    assert Browser(night.port).get(f"{links[0]}x").status != 200


def version(night: Night, name: str) -> bool:
    return (night.machine.root / "opt/prescreen").readlink().name == name


def is_upgraded(night: Night, done: Done) -> None:
    is_served(night, done)
    assert "the database was up to date" in done.told
    assert version(night, "prescreen-0.2.0")


def is_back(night: Night, done: Done) -> None:
    is_served(night, done)
    assert version(night, "prescreen-0.1.0")


def lose_everything(night: Night) -> None:
    """Let somebody be deleted after the last backup, then break the database for good."""
    machine = night.machine
    night.add(ROSA)
    night.sent("is deleted after the backup")
    assert machine.run("prescreen-backup").code == 0
    machine.said["2026-11-30T023000Z.backup"] = night.newest().name
    assert machine.prescreen("leads", "delete", night.people["is deleted after the backup"], "--yes").code == 0
    night.sent("came after the backup")
    if machine.database is None:
        (machine.instance / "prescreen.sqlite3").write_bytes(b"broken" * 1000)


def is_stopped(night: Night, done: Done) -> None:
    assert night.newest().name in done.told
    assert not night.ready()


def is_aside(night: Night, _done: Done) -> None:
    assert (night.machine.instance / "aside/prescreen.sqlite3").exists()


def everything_is_back(night: Night, done: Done) -> None:
    is_served(night, done)
    assert "people deleted again: 1\n" in done.told
    gone = {"is deleted", "is deleted after the backup", "came after the backup"}
    assert night.there() == {one for fate, one in night.people.items() if fate not in gone}
    assert night.signs_in(ROSA)
    night.machine.stop()
    first, second = digests_of_a_copy(night)
    assert first == second
    night.machine.start()
    wait(night.ready)


def digests_of_a_copy(night: Night) -> tuple[dict[str, Content], dict[str, Content]]:
    """Return the digests of all tables in a backup, and in one that was made of what was restored from it elsewhere."""
    machine, place = night.machine, night.machine.root / "copy"
    place.mkdir(mode=0o700)
    shutil.copy(machine.instance / "deletions.list", place)
    elsewhere = {"PRESCREEN_INSTANCE": str(place), "PRESCREEN_DATABASE_URL": empty_place(machine, place)}
    first, second = place / "first.backup", place / "second.backup"
    for done in (
        machine.prescreen("db", "backup", str(first)),
        machine.prescreen("db", "restore", str(first), **elsewhere),
        machine.prescreen("db", "backup", str(second), **elsewhere),
    ):
        assert done.code == 0, done.err
    keys = load_keys(night.settings, may_make=False)
    tables = [dict(verified(one, keys).manifest.tables) for one in (first, second)]
    for one in tables:
        assert one.pop(RECORDED)
    return tables[0], tables[1]


def empty_place(machine: Machine, folder: Path) -> str:
    """Return the address of an empty database of the same kind: each writes JSON in its own way."""
    if machine.database is None:
        return f"sqlite:///{folder}/copy.sqlite3"
    with psycopg.connect(machine.database_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE copy")
    return machine.database_url.replace("/postgres?", "/copy?")


def is_drilled(night: Night, done: Done) -> None:
    is_served(night, done)
    assert re.search(r"restored, verified and served after \d+ s", done.told)
    assert not [one for one in night.machine.root.iterdir() if one.name.startswith("tmp.")]


STEPS: dict[str, list[tuple[Happens, Holds]]] = {
    "Look first": [(nothing, looked)],
    "It is down": [(die, is_served)],
    "The disk is full": [(fill_up, has_room)],
    "The database is away": [(lose_the_server, is_served)],
    "Letters wait or fail": [(refuse_a_letter, letters_went)],
    "Wrong criteria were published": [(publish_a_fault, fault_is_gone)],
    "Somebody asks to be deleted": [(ask_to_be_deleted, is_deleted)],
    "Somebody saw what they should not have": [(look_where_one_should_not, is_known_who_was_seen)],
    "A key is lost, or may be known to others": [(nothing, keys_are_new)],
    "Upgrade, and go back": [(nothing, is_upgraded), (nothing, is_back)],
    "Restore": [(lose_everything, is_stopped), (nothing, is_aside), (nothing, everything_is_back)],
    "Each quarter: the drill": [(nothing, is_drilled)],
}
# Where the other database makes a difference.
ON_POSTGRESQL = {"Look first", "The database is away", "Restore", "Each quarter: the drill"}


def test_every_block_of_commands_is_tried() -> None:
    found = [one.heading for one in blocks()]

    assert found == [heading for heading, steps in STEPS.items() for _ in steps]
    assert RUNBOOK.count("```sh") == len(found)
    assert RUNBOOK.count("```") == 2 * len(found)


@pytest.mark.slow
@pytest.mark.installed
def test_every_command_of_the_runbook_does_what_it_is_there_for(night: Night) -> None:
    kind = "PostgreSQL" if night.machine.database else "SQLite"
    left = {heading: list(steps) for heading, steps in STEPS.items()}
    for block in blocks():
        happens, holds = left[block.heading].pop(0)
        if block.only not in {"", kind} or (kind == "PostgreSQL" and block.heading not in ON_POSTGRESQL):
            continue
        happens(night)

        done = night.machine.run(block.text)

        assert done.code == 0, f"{block.heading}: {done}\n{night.machine.log.read_text()[-2000:]}"
        holds(night, done)


def test_every_part_that_can_be_late_has_its_row() -> None:
    rows = set(re.findall(r"^\| `(\w+)` \|", RUNBOOK, re.M))

    assert rows == {*Part, "process"}


@pytest.mark.browser
def test_it_fits_on_two_printed_pages(browser: object, tmp_path: Path) -> None:
    html = MarkdownIt().enable("table").render(RUNBOOK)
    style = "body,table{font:10pt sans-serif} pre,p,table,h2{margin:.3em 0} code{font-size:8.5pt} h1,h2{font-size:12pt}"
    page = browser.new_page()  # type: ignore[attr-defined]
    page.set_content(f"<style>{style}</style>{html}")
    printed = page.pdf(format="A4", margin=dict.fromkeys(("top", "bottom", "left", "right"), "12mm"))
    page.close()

    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 2
