"""Keys are replaced while people send, by a command that is killed: nobody is lost, and all stand under the new."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from base64 import b64encode
from dataclasses import replace

from sqlalchemy import func, select

from prescreen.config import Settings
from prescreen.database import Database
from prescreen.storage.base.keys import Keys, load_keys
from prescreen.storage.operations import sealed_values
from prescreen.storage.participants.contacts import open_contact
from prescreen.storage.tables import Lead, SearchToken
from prescreen.storage.worklist.person_search import tokens_of
from tests.faults.conftest import Make, Tell
from tests.faults.crowd import Crowd
from tests.faults.ledger import Ledger, faultless
from tests.faults.person import settled
from tests.faults.service import ROOT, Service

KILLS = 6
PEOPLE_BEFORE, PEOPLE_DURING = 60, 20
FIRST = f"k1:{b64encode(bytes(range(32))).decode()}"
SECOND = f"k2:{b64encode(bytes(range(100, 132))).decode()}"
SECRET, NEXT = "a secret for tests, and for nothing else", "another secret for tests, and nothing else"
BEFORE = {"PRESCREEN_SECRET_KEY": SECRET, "PRESCREEN_ENCRYPTION_KEYS": FIRST}
BOTH = {
    "PRESCREEN_SECRET_KEY": NEXT,
    "PRESCREEN_SECRET_KEY_BEFORE": SECRET,
    "PRESCREEN_ENCRYPTION_KEYS": f"{SECOND},{FIRST}",
}
AFTER = {"PRESCREEN_SECRET_KEY": NEXT, "PRESCREEN_ENCRYPTION_KEYS": SECOND}


def test_keys_are_replaced_under_load_by_a_command_that_is_killed(make: Make, tell: Tell) -> None:
    service = make(workers=2)
    service.settings = BEFORE
    service.start()
    crowd = Crowd(service, Ledger(), settled(service.port))
    crowd.start()
    crowd.wait_for(PEOPLE_BEFORE)
    crowd.stop()
    service.kill()
    service.settings = BOTH
    service.start()
    crowd.start()
    for _ in range(KILLS):
        _rotation_killed(service)
    crowd.wait_for(len(crowd.ledger.acknowledged) + PEOPLE_DURING)
    ended = service.command("keys", "rotate")
    crowd.wait_for(len(crowd.ledger.acknowledged) + PEOPLE_DURING)
    crowd.stop()
    crowd.send_again()

    assert ended.returncode == 0, ended.stderr
    assert "k1 may be taken out" in ended.stdout
    held = faultless(crowd.ledger, service)
    service.kill()
    service.settings = AFTER
    assert _misplaced(service) == 0
    service.start()
    tell(f"keys replaced under load: {held.leads.total()} people, {KILLS} kills, none lost or misplaced")


def _rotation_killed(service: Service) -> None:
    """Begin to replace keys, and kill that after a moment."""
    command = [sys.executable, "-m", "prescreen.cli", "keys", "rotate"]
    with subprocess.Popen(command, cwd=ROOT, env=service.environment, stdout=subprocess.DEVNULL) as process:
        time.sleep(random.uniform(0.5, 2.5))  # noqa: S311 - at any moment
        os.kill(process.pid, signal.SIGKILL)


def _misplaced(service: Service) -> int:
    """Return how many people the keys alone that are left neither open nor find."""
    database = Database(service.database_url)
    keys = _keys(service)
    with database.reading() as session:
        assert sealed_values.left(session, keys.ring) == {}
        people = session.execute(select(Lead.id, Lead.contact).where(Lead.contact.is_not(None))).all()
        wrong = 0
        for lead_id, sealed in people:
            assert sealed is not None
            wanted = tokens_of(keys, open_contact(keys.ring, lead_id, sealed))
            mine = (SearchToken.lead_id == lead_id, SearchToken.token.in_(wanted))
            wrong += session.scalar(select(func.count()).select_from(SearchToken).where(*mine)) != len(wanted)
    database.close()
    return wrong


def _keys(service: Service) -> Keys:
    return replace(load_keys(Settings.from_environment(service.environment)), earlier=())
