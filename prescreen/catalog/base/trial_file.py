"""What one trial's file comes to, whatever the folder's other files say.

A module of its own, since what is kept of it must not depend on how it is read.
"""

from dataclasses import dataclass
from datetime import date

from prescreen.catalog.base.faults import Fault
from prescreen.catalog.base.yaml_documents import Place
from prescreen.eligibility.criteria.trials import Trial


@dataclass(frozen=True, slots=True)
class TrialFile:
    """What a trial's file comes to. Its faults name no path, since a file may be moved.

    `trial_faults` are those of the trial's meaning, which is judged only where no earlier file holds the same trial.
    `tested` are the keys that may name questions in rules, `holds` the first and the last day on which the file comes
    to the same. `is_mapping`: its data could be read as keys and values.
    """

    trial: Trial | None
    faults: tuple[Fault, ...] = ()
    trial_faults: tuple[Fault, ...] = ()
    is_mapping: bool = False
    tested: frozenset[str] = frozenset()
    id_place: Place = (1, 1)
    condition_places: tuple[Place, ...] = ()
    holds: tuple[date, date] = (date.min, date.max)

    @property
    def conditions(self) -> tuple[str, ...]:
        """Return the slugs of the trial's conditions, which are in the order of their places."""
        return self.trial.conditions if self.trial else ()

    def holds_on(self, day: date) -> bool:
        """Whether the file comes to the same on a day."""
        first, last = self.holds
        return first <= day <= last
