"""What one trial's file comes to, whatever the folder's other files say."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from prescreen.catalog.base.faults import Fault
from prescreen.catalog.base.yaml_documents import Place
from prescreen.catalog.criteria.question_reader import BankReading
from prescreen.eligibility.criteria.trials import Trial


@dataclass(frozen=True, slots=True)
class TrialContext:
    """What the reading of a trial's file depends on beside the file; a file that is not `checked` is only read."""

    bank: BankReading
    languages: tuple[str, ...]
    on: date
    checked: bool = True


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


class ReadTrials(Protocol):
    """Reads the trials' files of a folder as of a day."""

    @property
    def on(self) -> date:
        """Return the day on which cases count as answered."""

    def __call__(self, contents: Iterable[bytes], bank: BankReading, languages: tuple[str, ...]) -> Sequence[TrialFile]:
        """Return what the contents of files come to, in their order, in a service of these languages."""
