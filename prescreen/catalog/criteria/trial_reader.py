"""Reading of one trial's file, with its cases."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from prescreen.catalog.base.faults import did_you_mean
from prescreen.catalog.base.schema import SHAPES
from prescreen.catalog.base.schema_loading import load
from prescreen.catalog.base.yaml_documents import Data, Document, Steps
from prescreen.catalog.criteria.question_reader import BankReading
from prescreen.catalog.criteria.rule_reader import RuleReader
from prescreen.eligibility.assessment.answer_encoding import from_text
from prescreen.eligibility.assessment.answers import Answer, Answers
from prescreen.eligibility.assessment.determination import Determination
from prescreen.eligibility.criteria.cohort_criterion import cohort_criterion
from prescreen.eligibility.criteria.questions import ValueRefusedError
from prescreen.eligibility.criteria.rules import Rule
from prescreen.eligibility.criteria.trials import (
    COHORTS,
    CheckedBy,
    Cohort,
    Criterion,
    Ethics,
    Kind,
    Practical,
    Show,
    Site,
    Treatment,
    Trial,
)


@dataclass(frozen=True, slots=True)
class Case:
    """An example person and the expected determination.

    `because` are the criteria that do not permit, `cohorts` those that the person may fit; None where left out.
    """

    name: str
    answers: Answers
    determination: Determination
    because: tuple[str, ...] | None
    steps: Steps
    cohorts: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class TrialReading:
    """A trial, its cases, and the place of each criterion in its document.

    `is_whole`: nothing was left out because of a fault, here or in a question.
    """

    document: Document
    trial: Trial
    cases: tuple[Case, ...]
    places: Mapping[str, Steps]
    is_whole: bool


def read_trial(document: Document, bank: BankReading, on: date) -> TrialReading | None:
    """Return the trial, or None after reporting the faults of the file. Cases count as answered on the given day.

    A criterion whose rule is at fault is left out of the trial; the fault keeps the catalog from being used.
    """
    if not isinstance(document.data, dict):
        if document.is_readable:
            document.report((), "expects the keys of a trial: id, title, conditions, status, inclusion, exclusion")
        return None
    loaded = load(SHAPES["trials"], document)
    if loaded is None:
        _check_rest(document, bank, on)
        return None
    reader = _CriteriaReader(document, RuleReader(document, bank.bank.questions, bank.faulty))
    common = reader.criteria(loaded)
    cohorts = _cohorts(loaded, reader)
    places = reader.places
    _check_site_ids(loaded, document)
    answers = _AnswerReader(document, bank, on)
    cases = [_case(entry, ("cases", index), answers) for index, entry in enumerate(loaded.get("cases", []))]
    known_cases = tuple(case for case in cases if case)
    named = tuple(cohort.id for cohort in cohorts)
    for case in known_cases:
        _check_named(case, (*places, COHORTS) if cohorts else tuple(places), named, document)
    trial = _trial(loaded, common, cohorts)
    is_whole = document.is_readable and len(trial.authored) == len(places) and len(known_cases) == len(cases)
    return TrialReading(document, trial, known_cases, places, is_whole)


def _trial(loaded: dict[str, Any], common: tuple[Criterion, ...], cohorts: tuple[Cohort, ...]) -> Trial:
    optional = {key: loaded[key] for key in ("confirmed", "phase", "sponsor", "source", "draft") if key in loaded}
    return Trial(
        id=loaded["id"],
        title=loaded["title"],
        summary=loaded.get("summary"),
        conditions=tuple(loaded["conditions"]),
        status=loaded["status"],
        criteria=_with_cohorts(common, cohorts),
        cohorts=cohorts,
        sites=tuple(Site(**site) for site in loaded.get("sites", [])),
        practical=_practical(loaded.get("practical", {})),
        ethics=Ethics(**loaded["ethics"]) if "ethics" in loaded else None,
        **optional,
    )


def _practical(entry: dict[str, Any]) -> Practical:
    treatments = tuple(Treatment(word) for word in entry.get("treatments", ()))
    return Practical(**{**entry, "treatments": tuple(dict.fromkeys(treatments))})


def _with_cohorts(common: tuple[Criterion, ...], cohorts: tuple[Cohort, ...]) -> tuple[Criterion, ...]:
    """Return the criteria with the one that stands for the cohorts after the other inclusions."""
    standing = cohort_criterion(cohorts)
    ordered = (*common, *([standing] if standing else []))
    return tuple(one for kind in Kind for one in ordered if one.kind is kind)


@dataclass(frozen=True, slots=True)
class _CriteriaReader:
    """Reads the lists of criteria of a file, the common ones and those of cohorts, and keeps the places of all."""

    document: Document
    rules: RuleReader
    places: dict[str, Steps] = field(default_factory=dict)

    def criteria(self, part: dict[str, Any], steps: Steps = ()) -> tuple[Criterion, ...]:
        """Return the criteria of a part of the file whose rules can be read; report ids that stand twice."""
        entries = [
            (kind, entry, (*steps, kind.value, index))
            for kind in Kind
            for index, entry in enumerate(part.get(kind.value, []))
        ]
        return tuple(found for kind, entry, at in entries if (found := self._criterion(kind, entry, at)))

    def _criterion(self, kind: Kind, entry: dict[str, Any], steps: Steps) -> Criterion | None:
        if entry["id"] in self.places:
            message = f"the criterion '{entry['id']}' stands here a second time; rename one"
            self.document.report((*steps, "id"), message)
            return None
        self.places[entry["id"]] = steps
        _check_criterion_keys(entry, steps, self.document)
        rule = self.rules.rule(entry["rule"], (*steps, "rule")) if "rule" in entry else None
        return _criterion(entry, kind, rule) if rule is not None or "rule" not in entry else None


def _cohorts(loaded: dict[str, Any], reader: _CriteriaReader) -> tuple[Cohort, ...]:
    """Return the cohorts of a file; report ids that stand twice, and a list that leaves nothing to choose."""
    entries = [(entry, ("cohorts", index)) for index, entry in enumerate(loaded.get("cohorts", []))]
    cohorts = tuple(Cohort(entry["id"], entry["name"], reader.criteria(entry, steps)) for entry, steps in entries)
    seen: set[str] = set()
    for entry, steps in entries:
        if entry["id"] in seen:
            message = f"the group '{entry['id']}' stands here a second time; rename one"
            reader.document.report((*steps, "id"), message)
        seen.add(entry["id"])
        if not entry.get("inclusion") and not entry.get("exclusion"):
            message = f"the group '{entry['id']}' has no criteria, so everybody fits it; say what makes it a group"
            reader.document.report(steps, message)
    if len(entries) == 1:
        reader.document.report(("cohorts",), "one group alone is no choice: put its criteria among the common ones")
    if entries and COHORTS in reader.places:
        message = f"'{COHORTS}' stands for all groups of the trial; give this criterion another id"
        reader.document.report((*reader.places[COHORTS], "id"), message)
    return cohorts


def _criterion(entry: dict[str, Any], kind: Kind, rule: Rule | None) -> Criterion:
    return Criterion(
        id=entry["id"],
        kind=kind,
        text=entry["text"],
        rule=rule,
        checked=CheckedBy(entry["checked"]) if "checked" in entry else None,
        show=Show(entry.get("show", Show.FULL)),
        public_text=entry.get("public_text"),
    )


def _check_criterion_keys(entry: dict[str, Any], steps: Steps, document: Document) -> None:
    if ("rule" in entry) == ("checked" in entry):
        document.report(steps, f"criterion '{entry['id']}' needs either 'rule' or 'checked', and not both")
    if entry.get("show", Show.FULL) != Show.FULL and "public_text" not in entry:
        document.report((*steps, "show"), f"'show: {entry['show']}' needs 'public_text', a wording without limits")


def _check_rest(document: Document, bank: BankReading, on: date) -> None:
    """Report faults in rules and answers of a file whose schema is violated elsewhere, so that one run lists all."""
    reader = RuleReader(document, bank.bank.questions, bank.faulty)
    for _, entry, steps in criterion_entries(document.data):
        if entry.get("rule") is not None:
            reader.rule(entry["rule"], (*steps, "rule"))
    answer_reader = _AnswerReader(document, bank, on)
    for case, steps in _entries(document.data, "cases", ()):
        if case.get("answers") is not None:
            answer_reader.answers(case["answers"], (*steps, "answers"))


def criterion_entries(data: Data) -> Iterator[tuple[Kind, dict[str, Any], Steps]]:
    """Yield each criterion of a trial's file as data, those of cohorts too, with its kind and place."""
    for part, at in ((data, ()), *_entries(data, "cohorts", ())):
        for kind in Kind:
            yield from ((kind, entry, steps) for entry, steps in _entries(part, kind.value, at))


def _entries(part: Data, name: str, steps: Steps) -> Iterator[tuple[dict[str, Any], Steps]]:
    """Yield each mapping in a list of a part of the file, as far as there is one, and its place."""
    entries = part.get(name) if isinstance(part, dict) else None
    for index, entry in enumerate(entries if isinstance(entries, list) else []):
        if isinstance(entry, dict):
            yield entry, (*steps, name, index)


def _check_site_ids(loaded: dict[str, Any], document: Document) -> None:
    seen: set[str] = set()
    for index, site in enumerate(loaded.get("sites", [])):
        if site["id"] in seen:
            document.report(("sites", index, "id"), f"the site '{site['id']}' stands here a second time; rename one")
        seen.add(site["id"])


def _case(entry: dict[str, Any], steps: Steps, reader: "_AnswerReader") -> Case | None:
    answers = reader.answers(entry["answers"], (*steps, "answers"))
    if answers is None:
        return None
    because, cohorts = (tuple(entry[key]) if key in entry else None for key in ("because", "cohorts"))
    return Case(entry["name"], answers, Determination(entry["determination"]), because, steps, cohorts)


@dataclass(frozen=True, slots=True)
class _AnswerReader:
    """Reads the answers of cases, each once: where another case has it too, it is the same object."""

    document: Document
    bank: BankReading
    on: date

    def answers(self, data: Data, steps: Steps) -> Answers | None:
        """Return the answers, or None after reporting every fault in them."""
        if not isinstance(data, dict):
            self.document.report(steps, "expects an answer for each question id")
            return None
        known = self.bank.answers
        given: dict[str, Answer] = {}
        for question_id, raw in data.items():
            key = self.on, question_id, raw if isinstance(raw, str) else (str(raw),)
            if key not in known:
                answer = self._answer(question_id, raw, steps)
                if answer is None:
                    continue
                known[key] = answer
            given[question_id] = known[key]
        return Answers(given) if len(given) == len(data) else None

    def _answer(self, question_id: str, raw: Data, steps: Steps) -> Answer | None:
        if question_id not in self.bank.bank:
            if question_id not in self.bank.faulty:
                message = f"unknown question '{question_id}'{did_you_mean(question_id, self.bank.bank.questions)}"
                self.document.report((*steps, question_id), message, at_key=True)
            return None
        try:
            return Answer(from_text(self.bank.bank[question_id], raw, self.on), self.on)
        except ValueRefusedError as error:
            self.document.report((*steps, question_id), str(error))
            return None


def _check_named(case: Case, criteria: Sequence[str], cohorts: Sequence[str], document: Document) -> None:
    """Report criteria and groups that a case names and the trial does not have."""
    for index, name in enumerate(case.because or ()):
        if name not in criteria:
            told = f"'{name}' is a group; name those of its criteria that do not permit"
            unknown = f"unknown criterion '{name}'{did_you_mean(name, criteria)}"
            document.report((*case.steps, "because", index), told if name in cohorts else unknown)
    for index, name in enumerate(case.cohorts or ()):
        if name not in cohorts:
            hint = did_you_mean(name, cohorts) if cohorts else "; this trial has no groups ('cohorts')"
            document.report((*case.steps, "cohorts", index), f"unknown group '{name}'{hint}")
