"""Evidence read back: the criteria and questions as they were at an assessment, whatever the files say now."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from prescreen.catalog.assessment.evidence_reader import read_fields, read_rule
from prescreen.catalog.assessment.fingerprints import ENGINE_VERSION
from prescreen.eligibility.criteria.questions import (
    COMPUTED_FROM,
    Question,
    QuestionBank,
)
from prescreen.eligibility.criteria.text import Text
from prescreen.eligibility.criteria.trials import COHORTS, CheckedBy, Cohort, Criterion, Kind

Gates = Mapping[str, tuple[str, ...]]
"""For each question id, the questions that decide whether it applies."""


@dataclass(frozen=True, slots=True)
class JudgedCriterion:
    """A criterion as it was at the assessment.

    `tested` are the questions that its rule names, with the inputs of a computed question in its place. `reached` are
    these and the questions that decide whether they apply, which come first.
    """

    id: str
    kind: Kind
    text: Text
    checked: CheckedBy | None
    tested: tuple[str, ...]
    reached: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What can be read of the criteria that a person was assessed by.

    `criteria` are by id, those of cohorts among them. `rules` holds, by id, the trial's criteria that can be assessed
    again, by the questions of `bank`; `cohorts` have their own. Both hold no rules where another version of the engine
    made the assessment, since a rule may have meant something else there. `groups` are the names of the cohorts by the
    ids of their criteria.
    """

    title: Text | None = None
    criteria: Mapping[str, JudgedCriterion] = field(default_factory=dict)
    questions: Mapping[str, Question] = field(default_factory=dict)
    rules: Mapping[str, Criterion] = field(default_factory=dict)
    cohorts: tuple[Cohort, ...] = ()
    groups: Mapping[str, Text] = field(default_factory=dict)

    def words_of(self, criterion_id: str) -> str:
        """Return the wording of a criterion, after the name of its group where only a group has it; its id if unknown.

        >>> Evidence().words_of("adult")
        'adult'
        """
        criterion, group = self.criteria.get(criterion_id), self.groups.get(criterion_id)
        words = str(criterion.text) if criterion else criterion_id
        return f"{group}: {words}" if group else words

    def stands_for_groups(self, criterion_id: str) -> bool:
        """Whether a criterion is the one that stands for all groups of the trial."""
        return bool(self.cohorts) and criterion_id == COHORTS

    @property
    def ruled(self) -> Mapping[str, Criterion]:
        """Return every criterion that can be assessed again, those of cohorts among them."""
        return {**self.rules, **{one.id: one for cohort in self.cohorts for one in cohort.ruled}}

    @property
    def bank(self) -> QuestionBank:
        """Return the questions that the criteria depend on."""
        return QuestionBank(self.questions)


NO_EVIDENCE = Evidence()


def read_evidence(text: str) -> Evidence:
    """Return what `fingerprints.trial_evidence` wrote, or NO_EVIDENCE where the text has another format."""
    try:
        data = json.loads(text)
        gates = {raw["id"]: tuple(_named(raw.get("ask_if"))) for raw in data["questions"]}
        questions = {raw["id"]: _question(raw) for raw in data["questions"]}
        trial, groups = data["trial"], data["trial"].get("cohorts", [])
        every = [raw for part in (trial, *groups) for raw in part["criteria"]]
        criteria = {raw["id"]: _criterion(raw, questions, gates) for raw in every}
        is_ours = data.get("engine") == ENGINE_VERSION
        rules = {one.id: one for one in _ruled(trial["criteria"])} if is_ours else {}
        cohorts = tuple(_cohort(raw, is_ours=is_ours) for raw in groups)
        names = {raw["id"]: _text(group["name"]) for group in groups for raw in group["criteria"]}
        return Evidence(_text(trial["title"]), criteria, questions, rules, cohorts, names)
    except (ValueError, KeyError, TypeError, AttributeError):
        return NO_EVIDENCE


def _question(raw: Mapping[str, Any]) -> Question:
    return Question(**read_fields(Question, raw))


def _ruled(raws: Iterable[Mapping[str, Any]]) -> tuple[Criterion, ...]:
    return tuple(
        Criterion(raw["id"], Kind(raw["kind"]), _text(raw["text"]), read_rule(raw["rule"]))
        for raw in raws
        if "rule" in raw
    )


def _checked(raws: Iterable[Mapping[str, Any]]) -> tuple[Criterion, ...]:
    return tuple(
        Criterion(raw["id"], Kind(raw["kind"]), _text(raw["text"]), checked=CheckedBy(raw["checked"]))
        for raw in raws
        if raw.get("checked")
    )


def _cohort(raw: Mapping[str, Any], *, is_ours: bool) -> Cohort:
    ruled = _ruled(raw["criteria"]) if is_ours else ()
    return Cohort(raw["id"], _text(raw["name"]), (*ruled, *_checked(raw["criteria"])))


def _criterion(raw: Mapping[str, Any], questions: Mapping[str, Question], gates: Gates) -> JudgedCriterion:
    asked = [asked for named in _named(raw.get("rule")) for asked in _asked(questions[named])]
    return JudgedCriterion(
        id=raw["id"],
        kind=Kind(raw["kind"]),
        text=_text(raw["text"]),
        checked=CheckedBy(raw["checked"]) if raw.get("checked") else None,
        tested=tuple(dict.fromkeys(asked)),
        reached=tuple(dict.fromkeys(reached for one in asked for reached in _reached(one, gates))),
    )


def _text(raw: Mapping[str, Any]) -> Text:
    return Text(raw["by_language"])


def _named(rule: object) -> Iterator[str]:
    """Yield the ids of the questions that a rule names, in the order of the rule."""
    match rule:
        case {"question": str(question_id)}:
            yield question_id
        case dict():
            for part in rule.values():
                yield from _named(part)
        case list():
            for part in rule:
                yield from _named(part)


def _asked(question: Question) -> tuple[str, ...]:
    return COMPUTED_FROM[question.computed] if question.computed else (question.id,)


def _reached(question_id: str, gates: Gates) -> Iterator[str]:
    for gate in gates[question_id]:
        yield from _reached(gate, gates)
    yield question_id
