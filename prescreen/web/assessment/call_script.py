"""What is still to ask and to check, in the order questions, records, visit, each item with a checkbox."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from prescreen.eligibility.criteria.kinds.date import is_month
from prescreen.eligibility.criteria.questions import Question, QuestionType
from prescreen.eligibility.criteria.trials import CheckedBy
from prescreen.eligibility.criteria.truth import Truth
from prescreen.eligibility.interview.left_open import WhyOpen, why_open
from prescreen.eligibility.interview.question_selection import is_stale, to_ask
from prescreen.eligibility.interview.screens import hangs_on
from prescreen.storage.referrals.call_checklist import Tick
from prescreen.storage.referrals.referrals import FindingRecord
from prescreen.web.assessment.findings import KINDS, WHY_OPEN_WORDS, Case, QuotedAnswer, quote
from prescreen.web.base.formatting import unit_label
from prescreen.workflow.referrals.call_log import QUESTION

HEADINGS = {
    CheckedBy.PHONE: "Ask by phone",
    CheckedBy.RECORDS: "Look up in the records",
    CheckedBy.VISIT: "Check at the visit",
    None: "Check",
}


@dataclass(frozen=True, slots=True)
class Item:
    """One checkbox, with its tick where it is ticked. A criterion has its `kind`: whether it includes or excludes.

    A question to ask has the answer `said` before, `why` it is open where it has no value, the `replies` that it takes,
    the criteria that it `decides`, and the words of the question that comes `first`, where that says whether to ask it.
    """

    key: str
    text: str
    tick: Tick | None
    kind: str = ""
    said: QuotedAnswer | None = field(default=None, repr=False)
    why: WhyOpen | None = None
    replies: str = ""
    decides: tuple[str, ...] = ()
    first: str = ""

    @property
    def done(self) -> bool:
        """Whether it is ticked."""
        return self.tick is not None


@dataclass(frozen=True, slots=True)
class Part:
    """The items that are checked in the same way; `is_asked`: the person is asked for them."""

    heading: str
    is_asked: bool
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Script:
    """The whole script, and how many of its items are done."""

    parts: tuple[Part, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        """Return all items, in order."""
        return tuple(item for part in self.parts for item in part.items)

    @property
    def left_open(self) -> tuple[str, ...]:
        """Return how many questions are still to ask, by why they are open, in words; those that are ticked are not."""
        counted = Counter(item.why for item in self.items if item.why and not item.done)
        return tuple(f"{counted[why]} {words}" for why, words in WHY_OPEN_WORDS.items() if counted[why])

    @property
    def done(self) -> int:
        """Return the number of ticked items."""
        return sum(item.done for item in self.items)


def read_script(case: Case, asking: str) -> Script:
    """Return the script of what is still to be checked; parts without items are left out.

    `asking` is the heading of what the person is asked, which says how.
    """
    latest = {tick.item: tick for tick in case.view.ticks}
    ticks = {key: tick for key, tick in latest.items() if tick.ticked}
    wanted = _questions(case)
    by_way: dict[CheckedBy | None, list[Item]] = {way: [] for way in HEADINGS}
    by_way[CheckedBy.PHONE] += [_question(name, wanted, case, ticks) for name in wanted]
    for criterion_id, way in _criteria(case, wanted):
        item = Item(
            criterion_id, case.evidence.words_of(criterion_id), ticks.get(criterion_id), _kind(criterion_id, case)
        )
        by_way[way].append(item)
    headings = {**HEADINGS, CheckedBy.PHONE: asking}
    parts = ((way, tuple(items)) for way, items in by_way.items() if items)
    return Script(tuple(Part(headings[way], way is CheckedBy.PHONE, items) for way, items in parts))


def _kind(criterion_id: str, case: Case) -> str:
    criterion = case.evidence.criteria.get(criterion_id)
    return KINDS[criterion.kind.value] if criterion else ""


def _questions(case: Case) -> dict[str, list[str]]:
    """Return the questions that leave criteria unknown, then those answered too long ago, each with these criteria."""
    wanted: dict[str, list[str]] = {}
    for finding in case.undecided:
        for name in _open(finding, case):
            wanted.setdefault(name, []).append(finding["criterion"])
    stale = {name: ids for name, ids in _stale(case).items() if name not in wanted}
    in_order = {name: wanted[name] for name in case.evidence.questions if name in wanted}
    return {**in_order, **stale}


def _open(finding: FindingRecord, case: Case) -> Iterable[str]:
    criterion = case.evidence.ruled.get(finding["criterion"])
    return to_ask(criterion, case.facts) if criterion and case.facts else finding["open_questions"]


def _stale(case: Case) -> dict[str, list[str]]:
    """Return the questions to ask again, each with the criteria that use it, unless they no longer apply."""
    found: dict[str, list[str]] = {}
    every = (one for one in case.evidence.ruled if not case.evidence.stands_for_groups(one))
    for criterion_id in every:
        for name in case.evidence.criteria[criterion_id].reached:
            if _is_to_ask_again(name, case):
                found.setdefault(name, []).append(criterion_id)
    return found


def _is_to_ask_again(question_id: str, case: Case) -> bool:
    answer, facts = case.view.answers.get(question_id), case.facts
    if answer is None or facts is None or facts.applies(question_id) is Truth.FALSE:
        return False
    return is_stale(case.evidence.questions[question_id], answer, case.today)


def _criteria(case: Case, asked: Mapping[str, list[str]]) -> Iterator[tuple[str, CheckedBy | None]]:
    """Yield the criteria that only the team can check, and those that no question can settle."""
    by_question = {criterion_id for ids in asked.values() for criterion_id in ids}
    for finding in case.undecided:
        if finding["criterion"] not in by_question:
            yield finding["criterion"], CheckedBy.PHONE
    for criterion_id in case.view.referral.still_to_check:
        criterion = case.evidence.criteria.get(criterion_id)
        yield criterion_id, criterion.checked if criterion else None


def _question(question_id: str, wanted: Mapping[str, list[str]], case: Case, ticks: Mapping[str, Tick]) -> Item:
    key, question = f"{QUESTION}{question_id}", case.evidence.questions.get(question_id)
    return Item(
        key=key,
        text=case.ask(question_id),
        tick=ticks.get(key),
        said=quote(question_id, case) if question_id in case.view.answers else None,
        why=why_open(question_id, case.view.answers),
        replies=_replies(question) if question else "",
        decides=tuple(f"{_kind(one, case)} {case.evidence.words_of(one)}" for one in wanted[question_id]),
        first=_asked_first(question_id, wanted, case),
    )


def _asked_first(question_id: str, wanted: Iterable[str], case: Case) -> str:
    """Return the words of the question that says whether this one applies; empty where it certainly does."""
    facts = case.facts
    if facts is None or question_id not in facts.bank or facts.applies(question_id) is Truth.TRUE:
        return ""
    gate = hangs_on(question_id, tuple(wanted), facts.bank)
    return case.ask(gate) if gate else ""


def _replies(question: Question) -> str:
    """Return the possible replies as a text to be read out."""
    match question.type:
        case QuestionType.BOOLEAN:
            return "Yes · No"
        case QuestionType.NUMBER:
            units = " or ".join(unit_label(one) for one in question.units or (question.unit,) if one)
            return f"a number {units}" if units.startswith("out of") else f"in {units}" if units else "a number"
        case QuestionType.DATE:
            return "a month and a year" if is_month(question) else "a day, a month and a year"
        case _:
            return " · ".join(str(option.label) for option in question.options)
