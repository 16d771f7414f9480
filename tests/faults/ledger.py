"""What was acknowledged, held against what is stored."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import select

from prescreen.config import Settings
from prescreen.database import Database
from prescreen.storage.base.keys import load_keys
from prescreen.storage.operations.invariants import violations
from prescreen.storage.participants.contacts import open_contact
from prescreen.storage.tables import Lead
from tests.faults.person import Filled, Outcome
from tests.faults.service import Service


@dataclass(frozen=True)
class Held:
    """What a database holds: how many leads of each name, and what is wrong with people as a whole."""

    leads: Counter[str]
    faults: list[str]


@dataclass
class Ledger:
    """What people were told, by name, noted by many threads."""

    told: dict[str, set[Outcome]] = field(default_factory=dict)
    acknowledged: set[str] = field(default_factory=set)
    _noting: threading.Lock = field(default_factory=threading.Lock)

    def note(self, form: Filled, outcome: Outcome) -> Outcome:
        """Note what a person was told, and return it."""
        with self._noting:
            self.told.setdefault(form.name, set()).add(outcome)
            if outcome is Outcome.SAVED:
                self.acknowledged.add(form.name)
        return outcome

    def lost(self, held: Held) -> set[str]:
        """Return those who were told that all is saved, of whom nothing is."""
        return self.acknowledged - held.leads.keys()

    def doubled(self, held: Held) -> set[str]:
        """Return those who are stored more than once."""
        return {name for name, count in held.leads.items() if count > 1}

    def unwanted(self, held: Held) -> set[str]:
        """Return those who were told each time that nothing was saved, and are stored."""
        refused = {name for name, outcomes in self.told.items() if outcomes == {Outcome.REFUSED}}
        return refused & held.leads.keys()


def held(service: Service) -> Held:
    """Return what the service's database holds."""
    database, keys = Database(service.database_url), load_keys(_settings(service))
    with database.reading() as session:
        found = session.execute(select(Lead.id, Lead.contact)).all()
        names = Counter(open_contact(keys.ring, lead_id, sealed).name for lead_id, sealed in found if sealed)
        faults = [str(one) for one in violations(session)]
    database.close()
    return Held(names, faults)


def _settings(service: Service) -> Settings:
    return Settings.from_environment(service.environment)


def faultless(ledger: Ledger, service: Service) -> Held:
    """Return what is held; fail where somebody is lost, doubled, half stored, or stored against what they were told."""
    found = held(service)
    wrong = {"lost": ledger.lost(found), "doubled": ledger.doubled(found), "unwanted": ledger.unwanted(found)}
    assert not any(wrong.values()), wrong
    assert found.faults == []
    return found


def all_saved(outcomes: Iterable[Outcome]) -> bool:
    """Return whether each of these was thanked, and nobody told anything else."""
    return {*outcomes} <= {Outcome.SAVED}
