"""Reading of one trial's file, with its cases."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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
from prescreen.eligibility.criteria.questions import ValueRefusedError
from prescreen.eligibility.criteria.rules import Rule
from prescreen.eligibility.criteria.trials import (
    CheckedBy,
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
    """An example person and the expected determination. `because` is None where the author left it out."""

    name: str
    answers: Answers
    determination: Determination
    because: tuple[str, ...] | None
    steps: Steps


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
    criteria, places = _criteria(loaded, document, bank)
    _check_site_ids(loaded, document)
    reader = _AnswerReader(document, bank, on)
    cases = [_case(entry, ("cases", index), reader) for index, entry in enumerate(loaded.get("cases", []))]
    known_cases = tuple(case for case in cases if case)
    _check_because(known_cases, places, document)
    is_whole = document.is_readable and len(criteria) == len(places) and len(known_cases) == len(cases)
    return TrialReading(document, _trial(loaded, criteria), known_cases, places, is_whole)


def _trial(loaded: dict[str, Any], criteria: tuple[Criterion, ...]) -> Trial:
    optional = {key: loaded[key] for key in ("confirmed", "phase", "sponsor", "source", "draft") if key in loaded}
    return Trial(
        id=loaded["id"],
        title=loaded["title"],
        summary=loaded.get("summary"),
        conditions=tuple(loaded["conditions"]),
        status=loaded["status"],
        criteria=criteria,
        sites=tuple(Site(**site) for site in loaded.get("sites", [])),
        practical=_practical(loaded.get("practical", {})),
        ethics=Ethics(**loaded["ethics"]) if "ethics" in loaded else None,
        **optional,
    )


def _practical(entry: dict[str, Any]) -> Practical:
    treatments = tuple(Treatment(word) for word in entry.get("treatments", ()))
    return Practical(**{**entry, "treatments": tuple(dict.fromkeys(treatments))})


def _criteria(
    loaded: dict[str, Any], document: Document, bank: BankReading
) -> tuple[tuple[Criterion, ...], dict[str, Steps]]:
    """Return the criteria whose rules can be read, and the places of all criteria."""
    reader = RuleReader(document, bank.bank.questions, bank.faulty)
    criteria: list[Criterion] = []
    places: dict[str, Steps] = {}
    for kind in Kind:
        for index, entry in enumerate(loaded.get(kind.value, [])):
            steps: Steps = (kind.value, index)
            if entry["id"] in places:
                message = f"the criterion '{entry['id']}' stands here a second time; rename one"
                document.report((*steps, "id"), message)
                continue
            places[entry["id"]] = steps
            _check_criterion_keys(entry, steps, document)
            rule = reader.rule(entry["rule"], (*steps, "rule")) if "rule" in entry else None
            if rule is not None or "rule" not in entry:
                criteria.append(_criterion(entry, kind, rule))
    return tuple(criteria), places


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
    for steps, rule in _parts(document, ("inclusion", "exclusion"), "rule"):
        reader.rule(rule, steps)
    answer_reader = _AnswerReader(document, bank, on)
    for steps, answers in _parts(document, ("cases",), "answers"):
        answer_reader.answers(answers, steps)


def _parts(document: Document, lists: tuple[str, ...], key: str) -> Iterator[tuple[Steps, Data]]:
    data = document.data if isinstance(document.data, dict) else {}
    for name in lists:
        entries = data.get(name)
        for index, entry in enumerate(entries if isinstance(entries, list) else []):
            if isinstance(entry, dict) and entry.get(key) is not None:
                yield (name, index, key), entry[key]


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
    because = tuple(entry["because"]) if "because" in entry else None
    return Case(entry["name"], answers, Determination(entry["determination"]), because, steps)


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


def _check_because(cases: tuple[Case, ...], places: Mapping[str, Steps], document: Document) -> None:
    for case in cases:
        for index, criterion_id in enumerate(case.because or ()):
            if criterion_id not in places:
                at = (*case.steps, "because", index)
                document.report(at, f"unknown criterion '{criterion_id}'{did_you_mean(criterion_id, places)}")
