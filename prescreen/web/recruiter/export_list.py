"""Earlier exports as the page lists them."""

from dataclasses import dataclass
from datetime import datetime

from prescreen.export.files import KINDS
from prescreen.storage.exports import RunState, StoredRun
from prescreen.workflow.export_runs import can_go_on, state_of
from prescreen.workflow.exporting import Format

_WORDS = {
    RunState.RUNNING: ("open", "under way"),
    RunState.FINISHED: ("fits", "complete"),
    RunState.ABORTED: ("not", "stopped"),
}


@dataclass(frozen=True, slots=True)
class ListedRun:
    """One line of the list. `state` is a colour and words; `sites` empty: all of the trial's."""

    run: StoredRun
    format: str
    state: tuple[str, str]
    sites: str
    goes_on: bool

    @property
    def short_digest(self) -> str:
        """The digest's beginning, enough to compare by eye."""
        return (self.run.digest or "")[:12]


def listed(run: StoredRun, now: datetime) -> ListedRun:
    """Give an export's line."""
    return ListedRun(
        run=run,
        format=KINDS[Format(run.format)].words,
        state=_WORDS[state_of(run, now)],
        sites=", ".join(run.filter.get("sites") or ()),
        goes_on=can_go_on(run, now),
    )
