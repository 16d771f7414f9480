"""Checks of what REDCap projects rely on: numbers of options, and ids that their variables can tell apart."""

from collections.abc import Iterator, Mapping

from prescreen.catalog.base.yaml_documents import Document, Steps
from prescreen.catalog.criteria.folder_reader import Reading
from prescreen.catalog.criteria.redcap_codes import COMMAND, FILE, missing, variable_stem
from prescreen.catalog.criteria.trial_reader import TrialReading


def check_redcap(reading: Reading) -> None:
    """Report options without a number, and ids that differ for us but not for REDCap."""
    _check_missing(reading)
    _check_variables(reading.bank.document, {one: (*at, "id") for one, at in reading.bank.places.items()})
    for trial in reading.trials:
        _check_variables(trial.document, _places(trial))


def _check_missing(reading: Reading) -> None:
    document, lacking = reading.codes.document, missing(reading.bank.bank, reading.codes.codes)
    if not lacking or not document.is_readable:
        return
    if not reading.codes.exists:
        told = "without this file the numbers of options in REDCap change when options change places"
        document.report((), f"{told}: write it with '{COMMAND}'", warning=True)
        return
    for name, codes in lacking.items():
        lines = ", ".join(f"'{option}: {number}'" for option, number in codes.items())
        message = f"options of '{name}' have no number in {FILE}: run '{COMMAND}', or add below '{name}': {lines}"
        document.report((name,), message)


def _places(trial: TrialReading) -> Mapping[str, Steps]:
    return {criterion.id: trial.places[criterion.id] for criterion in trial.trial.ruled}


def _check_variables(document: Document, places: Mapping[str, Steps]) -> None:
    for one, other in _alike(places):
        message = (
            f"'{one}' and '{other}' are one name in REDCap, so their variables may change places; rename the new one"
        )
        document.report(places[one], message, warning=True)


def _alike(ids: Mapping[str, Steps]) -> Iterator[tuple[str, str]]:
    """Yield each id that REDCap would call as an earlier one, with that one."""
    first: dict[str, str] = {}
    for one in ids:
        other = first.setdefault(variable_stem(one), one)
        if other != one:
            yield one, other
