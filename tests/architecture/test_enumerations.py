"""Every table over an enumeration has a row for each member: tables are found by themselves, gaps are named here.

A mapping at the top of a module that is keyed by an enumeration is a table. Whoever adds a member learns here which
tables lack it; whoever leaves a member out on purpose says so in `GAPS`, and of a table of exceptions in `EXCEPTIONS`.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest
from jinja2 import UndefinedError

import prescreen
from prescreen.catalog.criteria import article_reader
from prescreen.eligibility.assessment.determination import Determination
from prescreen.eligibility.criteria.truth import Truth
from prescreen.export.redcap_fields import word_codes
from prescreen.mail.letter_texts import TEXTS, _texts
from prescreen.retention_periods import Kept
from prescreen.storage.audit.events import Action
from prescreen.storage.interview import usage_counters
from prescreen.storage.interview.usage_counters import CounterKind
from prescreen.storage.mail import outbox
from prescreen.storage.operations import expired_people
from prescreen.storage.participants.purposes import BESIDE, CHANNELS, OPTIONAL, PURPOSES, GivenBy, Purpose
from prescreen.storage.referrals.states import DEFINITIONS, SET_BY_TEAM, Stage, State
from prescreen.storage.worklist.due_counts import DUE
from prescreen.storage.worklist.order_parts import PartName
from prescreen.web.interview import proxy_respondent
from prescreen.web.interview.proxy_respondent import Sender
from prescreen.web.participants.contact_form import InterestForm
from prescreen.web.statistics import outcome_blocks
from prescreen.workflow.demo import synthetic_team
from prescreen.workflow.operations import retention
from prescreen.workflow.participants import disclosures
from prescreen.workflow.participants.disclosures import How
from prescreen.workflow.participants.participant_letters import ENDED
from prescreen.workflow.referrals.teamwork import ChangeOutcome
from prescreen.workflow.statistics import equity, referral_outcomes

# What has no row, and why: a new member must be given one, or a place here.
GAPS: Mapping[str, Collection[Enum]] = {
    # A case that leaves a criterion open exercises neither way.
    "catalog.criteria.trial_checks._WAYS": {Truth.UNKNOWN},
    # The other columns are headed by the names of what they count.
    "cli.statistics._HEADINGS": {
        *usage_counters.OF_QUESTIONS,
        CounterKind.PERMITS,
        CounterKind.UNKNOWN,
        CounterKind.ARRIVED,
        CounterKind.BEGAN,
        CounterKind.SENT,
        # Visits are counted apart, on the page of numbers alone.
        *usage_counters.OF_VISITS,
    },
    # What is required ends with its referral, and is told beside it.
    "web.notices.consent_wording.PURPOSE_WORDS": {Purpose.SHARE},
    # Who is neither can send nothing.
    "web.interview.proxy_respondent._GIVEN_BY": {Sender.NEITHER},
    # What does not fit is not put on a sheet for a doctor.
    "web.results.doctor_summary._MOST": {Determination.INELIGIBLE},
    # What was done needs no sentence that says why not.
    "web.referrals.change_responses.SENTENCES": {ChangeOutcome.DONE},
    # One that waits is told with the moment at which it goes out.
    "web.referrals.teamwork._LETTERS": {outbox.LetterState.PENDING},
    # Steps and page views; the others count questions and criteria, and what is sent stands among the steps.
    "web.statistics.visit_blocks._WORDS": {
        *usage_counters.OF_QUESTIONS,
        *usage_counters.OF_CRITERIA,
        CounterKind.SENT,
    },
    # In the other parts nobody is due today.
    "workflow.mail.referral_alerts._COUNTED_AS": set(PartName) - DUE,
    # Nobody enters synthetic people by phone.
    "workflow.demo.synthetic_people._GIVEN_BY": {GivenBy.READ_OUT},
}

# Tables of exceptions: any other member is treated alike, without a row.
EXCEPTIONS = frozenset(
    {
        "export.columns.column._NOTHING",
        "export.csv_copy._READ",
        "export.xlsx._WIDTHS",
        "storage.worklist.ordering._KEYS",
        "web.referrals.reminders._FIELDS",
        "workflow.accounts.permissions._NEEDS_RIGHT",
        # Each of these is a part of a whole, which `PARTITIONS` holds together.
        "workflow.participants.disclosures.OF_REFERRAL",
        "workflow.participants.disclosures.NAMING_REFERRALS",
        "workflow.participants.disclosures.OF_TRIAL",
        "storage.operations.expired_people.OVER",
        "workflow.operations.retention.ROWS",
    }
)


@dataclass(frozen=True)
class Table:
    """A table, the enumeration that it runs over, and the members that it has rows for."""

    name: str
    enumeration: type[Enum]
    rows: frozenset[Enum]

    @property
    def missing(self) -> frozenset[Enum]:
        return frozenset(self.enumeration) - self.rows - frozenset(GAPS.get(self.name, ()))


@cache
def modules() -> tuple[ModuleType, ...]:
    names = (one.name for one in pkgutil.walk_packages(prescreen.__path__, "prescreen."))
    return tuple(importlib.import_module(name) for name in names if not name.endswith("__main__"))


@cache
def tree(module: ModuleType) -> ast.Module:
    return ast.parse(inspect.getsource(module))


def assigned(module: ModuleType) -> Iterator[str]:
    """Yield the names that a module gives to something of its own."""
    for node in tree(module).body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        yield from (target.id for target in targets if isinstance(target, ast.Name))


@cache
def tables() -> tuple[Table, ...]:
    named = ((module, name) for module in modules() for name in assigned(module))
    found = (table_of(f"{module.__name__}.{name}", vars(module).get(name)) for module, name in named)
    return tuple(one for one in found if one is not None and one.name not in EXCEPTIONS)


def table_of(name: str, value: object) -> Table | None:
    rows = frozenset(key for key in value if isinstance(key, Enum)) if isinstance(value, Mapping) else frozenset()
    kinds = {type(row) for row in rows}
    return Table(name.removeprefix("prescreen."), kinds.pop(), rows) if len(kinds) == 1 else None


def test_the_tables_are_found() -> None:
    names = {one.name for one in tables()}

    assert len(names) > 40
    assert GAPS.keys() <= names
    assert {"storage.referrals.states.DEFINITIONS", "web.base.state_wording.STATE_WORDS"} <= names
    assert {"web.audit.trail_wording._DONE", "workflow.accounts.permissions._GIVEN"} <= names


@pytest.mark.parametrize("table", tables(), ids=lambda one: one.name)
def test_a_table_has_a_row_for_every_member(table: Table) -> None:
    assert table.missing == frozenset()


@pytest.mark.parametrize("table", tables(), ids=lambda one: one.name)
def test_a_table_that_loses_a_row_is_convicted(table: Table) -> None:
    twins = {row: replace(table, rows=table.rows - {row}) for row in table.rows}

    assert all(twin.missing == table.missing | {row} for row, twin in twins.items())


def test_nothing_is_named_as_a_gap_that_has_a_row() -> None:
    assert [one.name for one in tables() if one.rows & frozenset(GAPS.get(one.name, ()))] == []


# --- what is no mapping ---

# The parts in which an enumeration is kept: together they are the whole, and no member is in two of them.
PARTITIONS: Mapping[str, tuple[type[Enum], tuple[Collection[Enum], ...]]] = {
    "what is kept for a while": (Kept, (expired_people.OVER.keys(), retention.ROWS.keys())),
    "what counters count": (
        CounterKind,
        (
            usage_counters.OF_QUESTIONS,
            usage_counters.OF_CRITERIA,
            usage_counters.OF_SOURCES,
            usage_counters.OF_VISITS,
        ),
    ),
    "what the person is told of an action": (
        Action,
        (
            disclosures.OF_REFERRAL.keys(),
            disclosures.NAMING_REFERRALS.keys(),
            disclosures.OF_TRIAL.keys(),
            disclosures.NOT_TOLD,
        ),
    ),
    "purposes": (
        Purpose,
        ([one for one, definition in PURPOSES.items() if definition.is_required], BESIDE, CHANNELS),
    ),
    "sections of a consent wording": (
        Purpose,
        (
            [Purpose(one) for one in article_reader.PURPOSES],
            [Purpose(one) for one in article_reader.OPTIONAL_PURPOSES],
        ),
    ),
    "who sets a state": (State, (SET_BY_TEAM, {State.NEW, State.TAKEN_OVER, State.WITHDRAWN})),
    "who fills in a form for another": (Sender, ([one for one, _label, _hint in proxy_respondent._SENDERS],)),
    **{
        f"columns of the equity view ({len(columns)})": (Stage, tuple(columns.values()))
        for columns in equity._WAYS_TO_TELL
    },
}


def flaws(whole: type[Enum], parts: Collection[Collection[Enum]]) -> set[Enum]:
    """Return what stands in none of the parts, or in more than one."""
    return {one for one in whole if sum(one in part for part in parts) != 1}


@pytest.mark.parametrize("name", PARTITIONS)
def test_the_parts_of_an_enumeration_are_the_whole_of_it(name: str) -> None:
    whole, parts = PARTITIONS[name]

    assert flaws(whole, parts) == set()


@pytest.mark.parametrize("name", PARTITIONS)
def test_a_part_that_loses_a_member_is_convicted(name: str) -> None:
    whole, parts = PARTITIONS[name]

    for lost in whole:
        assert flaws(whole, [[one for one in part if one is not lost] for part in parts]) == {lost}
    assert flaws(whole, [*parts, list(whole)]) == set(whole)


def test_the_numbers_show_every_state_and_those_that_are_overdue_apart() -> None:
    assert outcome_blocks._STATES.keys() == {referral_outcomes.OVERDUE, *State}


def test_the_optional_purposes_are_those_that_are_not_required() -> None:
    assert {*OPTIONAL} == {*BESIDE, *CHANNELS}


def test_the_form_for_details_has_a_box_for_every_purpose_beside_sharing_and_the_ways_of_contact() -> None:
    assert {one.value for one in BESIDE} - InterestForm.fields.keys() == set()


# --- what is written down by hand: letters, templates, documents ---

LANGUAGES = sorted(folder.name for folder in TEXTS.iterdir() if folder.is_dir() and folder.name != "staff")


def unwritten(text: str) -> set[State]:
    """Return the ends of a referral for which a text of the letter about it has no sentence."""
    start = text.index("{% set endings")
    template = _texts().from_string(text[start : text.index("{{ endings[state] }}") + len("{{ endings[state] }}")])

    def is_silent(state: State) -> bool:
        try:
            return not template.render(state=state.value).strip()
        except UndefinedError:
            return True

    return {state for state in ENDED if is_silent(state)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_letter_about_an_end_has_a_sentence_for_every_end(language: str) -> None:
    text = (TEXTS / language / "ended.txt").read_text()

    assert unwritten(text) == set()
    for state in ENDED:
        assert unwritten(re.sub(rf'  "{state}": .*\n', "", text)) == {state}


@pytest.mark.parametrize("kind", outbox.LetterKind)
def test_every_kind_of_letter_has_a_text_in_every_language_or_is_for_staff(kind: outbox.LetterKind) -> None:
    written = {file.parent.name for file in TEXTS.glob(f"*/{kind}.txt")}

    assert written in ({*LANGUAGES}, {"staff"})


TEMPLATES = Path(prescreen.__file__).parent / "web" / "templates"
_EXPRESSION = re.compile(r"{[{%].*?[%}]}", re.DOTALL)
_QUOTED = re.compile(r'"(\w+)"')


def enumerated_in(template: str) -> list[type[Enum]]:
    """Return the enumerations of which a template names several members by hand, as a table of its own would."""
    quoted = {word for one in _EXPRESSION.findall(template) for word in _QUOTED.findall(one)}
    return [one for one in (State, GivenBy, How) if len(quoted & {member.value for member in one}) > 1]


def test_no_template_holds_a_table_of_states_of_who_agreed_or_of_how_details_were_seen() -> None:
    found = {path.name: enumerated_in(path.read_text()) for path in TEMPLATES.rglob("*.html")}

    assert {name: what for name, what in found.items() if what} == {}


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ('{% if state not in ("new", "taken_over", "withdrawn") %}', [State]),
        ('{% if by == "guardian" %}a{% elif by == "assisted" %}b{% endif %}', [GivenBy]),
        ('{% if state == "new" %}<a class="contacted">{% endif %}', []),
    ],
)
def test_a_table_in_a_template_is_found(template: str, found: list[type[Enum]]) -> None:
    assert enumerated_in(template) == found


GUARDED = (State, Purpose, GivenBy)
DEFINED_IN = {"prescreen.storage.referrals.states", "prescreen.storage.participants.purposes"}


def listed_in(source: ast.AST, names: Mapping[str, object]) -> list[str]:
    """Return the lists, tuples and sets that name several members of a guarded enumeration by hand."""
    found = []
    for node in ast.walk(source):
        parts = node.elts if isinstance(node, ast.Tuple | ast.List | ast.Set) else []
        members = [one for one in parts if isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name)]
        of = [names.get(one.value.id) for one in members if isinstance(one.value, ast.Name)]
        found += [one.__name__ for one in GUARDED if of.count(one) > 1]
    return found


def test_no_module_lists_states_purposes_or_who_agreed_by_hand() -> None:
    others = (one for one in modules() if one.__name__ not in DEFINED_IN)

    assert {one.__name__: found for one in others if (found := listed_in(tree(one), vars(one)))} == {}


def test_a_list_by_hand_is_found() -> None:
    source = ast.parse("A = frozenset({State.NEW, State.DECLINED})\nB = (Purpose.EMAIL, CHANNELS)\nC = [Truth.TRUE, x]")

    assert listed_in(source, {"State": State, "Purpose": Purpose, "Truth": Truth}) == ["State"]


# --- what must hold of the definitions themselves ---

# As REDCap projects have numbered them: a number is never given to another.
NUMBERED: Mapping[str, Mapping[str, str]] = {
    "STATES": {
        **{"1": "new", "2": "contacted", "3": "screening", "4": "eligible", "5": "enrolled", "6": "not_eligible"},
        **{"7": "declined", "8": "unreachable", "9": "taken_over", "10": "withdrawn"},
    },
    "DETERMINATIONS": {"1": "potentially_eligible", "2": "ineligible", "3": "undetermined"},
    "GIVERS": {"1": "self", "2": "assisted", "3": "guardian", "4": "read_out"},
    "PERMITS": {"1": "true", "0": "false", "2": "unknown"},
}


@pytest.mark.parametrize("table", NUMBERED)
def test_what_exports_number_keeps_its_number(table: str) -> None:
    codes = {member.value: code for member, code in vars(word_codes)[table].items()}

    assert {word: codes[word] for word in NUMBERED[table].values()} == {w: c for c, w in NUMBERED[table].items()}
    assert len({*codes.values()}) == len(codes)


@pytest.mark.parametrize("state", State)
def test_the_definition_of_a_state_agrees_with_itself(state: State) -> None:
    one = DEFINITIONS[state]

    assert one.takes_reason or not one.needs_reason
    assert one.takes_reason or not one.takes_criterion
    assert one.is_end or not one.takes_reason
    assert state not in one.follows
    # What a team sets is set while it may know the person.
    assert not (one.hides_identity and state in SET_BY_TEAM)


def test_synthetic_referrals_take_only_steps_that_a_team_may_take() -> None:
    steps = {step for way in synthetic_team._WAYS for step in pairwise((State.NEW, *way))}

    assert {(before, after) for before, after in steps if after not in DEFINITIONS[before].follows} == set()
    assert {way[-1] if way else State.NEW for way in synthetic_team._WAYS} == SET_BY_TEAM | {State.NEW}
