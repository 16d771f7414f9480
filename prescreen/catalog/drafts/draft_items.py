"""The criteria of a source on their way into a draft, each with its rule, its quotes and remarks for its author."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest

from prescreen.catalog.criterion_comments import Quote
from prescreen.catalog.drafts.draft import Counts, DraftingContext
from prescreen.catalog.sources.source_record import ListedCriterion, SourceError, SourceRecord
from prescreen.eligibility.criteria.rules import Not, Rule
from prescreen.eligibility.criteria.trials import Kind
from prescreen.eligibility.interpretation.interpreting import Interpretation, interpret
from prescreen.eligibility.interpretation.vocabulary import Vocabulary
from prescreen.eligibility.registry_text.absences import what_keeps_out
from prescreen.eligibility.registry_text.headings import heading_of
from prescreen.eligibility.registry_text.outlines import Role, outline
from prescreen.eligibility.registry_text.source_criteria import Joined, SourceCriterion
from prescreen.eligibility.registry_text.splitting import criteria_in
from prescreen.eligibility.wording.phrases import lowered

MOST_CRITERIA = 1_000


@dataclass(frozen=True, slots=True)
class Item:
    """One criterion. `text` are the source's words; a field has none. `left` are words that its rule does not say.

    `is_rest`: what its rule leaves is for a criterion of its own. `nearest` are options of the bank that come near.
    """

    kind: Kind
    text: str
    rule: Rule | None = None
    is_exact: bool = False
    quotes: tuple[Quote, ...] = ()
    remarks: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    nearest: tuple[str, ...] = ()
    population: str | None = None
    why: str = ""

    @property
    def permits(self) -> Rule | None:
        """Return the rule that is true where this criterion permits; None where it has no rule."""
        return self.rule if self.rule is None or self.kind is Kind.INCLUSION else Not(self.rule)

    def without_rule(self, why: str) -> "Item":
        """Return this criterion left to the team, with a remark that says why."""
        return replace(self, rule=None, is_exact=False, left=(), remarks=(*self.remarks, why))

    def quoting(self, *others: "Item") -> "Item":
        """Return this criterion with the quotes and remarks of others that say no more than it does."""
        quotes = dict.fromkeys(quote for one in (self, *others) for quote in one.quotes)
        remarks = dict.fromkeys(remark for one in (self, *others) for remark in one.remarks)
        return replace(self, quotes=tuple(quotes), remarks=tuple(remarks))


def items_of(record: SourceRecord, context: DraftingContext, conditions: frozenset[str]) -> tuple[Item, ...]:
    """Return the criteria of a record in its order, with the rules that the vocabulary gives them."""
    found = source_criteria(record)
    grouped = _has_whole_groups(found, record)
    subjects = subjects_of(record, found, context.vocabulary, conditions)
    read = what_keeps_out(found)
    items = tuple(_item(one, context, subjects, grouped=grouped) for one in read)
    return tuple(_loosened(item, after) for item, after in zip_longest(items, read[1:]))


_EXCEPTS = r"(?:exceptions?|except|unless|however|otherwise|but)\b"
_LETS_IN_MORE = {
    Kind.EXCLUSION: re.compile(_EXCEPTS, re.IGNORECASE),
    Kind.INCLUSION: re.compile(
        rf"(?:{_EXCEPTS}|(?:or|alternatively)\b|"
        r"(?:shorter|longer|younger|older|earlier|later|lower|higher)\b.*"
        r"\b(?:in cases?|if|when|where|may|can|allowed)\b|"
        r"(?!.*\b(?:not|cannot|only|must)\b).*\b(?:may|can|will) (?:also |still )?(?:be )?"
        r"(?:included|enrolled|eligible|allowed|accepted|permitted|participate)\b)",
        re.IGNORECASE,
    ),
}
_LOOSENED = "the next criterion lets in people whom this one would not, so it has no rule"


def _loosened(item: Item, after: SourceCriterion | None) -> Item:
    """Return a criterion without its rule where the one after it says who is let in all the same."""
    if (
        item.rule is None
        or after is None
        or after.kind is not item.kind
        or not _LETS_IN_MORE[item.kind].match(after.text)
    ):
        return item
    return replace(item, rule=None, is_exact=False, left=(), remarks=(*item.remarks, _LOOSENED))


def subjects_of(
    record: SourceRecord, found: tuple[SourceCriterion, ...], vocabulary: Vocabulary, conditions: frozenset[str]
) -> frozenset[str]:
    """Return what a record with these criteria is about, to look terms of the vocabulary up with."""
    return vocabulary.subjects(conditions, _told(record, found))


def _told(record: SourceRecord, found: tuple[SourceCriterion, ...]) -> Iterator[str]:
    """Yield the texts that tell what a trial is about: its title, its conditions, and whom it lets in."""
    yield from (record.title, *record.conditions)
    yield from (in_full(one) for one in found if one.kind is Kind.INCLUSION)


def _has_whole_groups(found: tuple[SourceCriterion, ...], record: SourceRecord) -> bool:
    """Whether several groups of people have criteria of their own, and no other group is named.

    Who belongs to a group without criteria must not be ruled out by those of the others.
    """
    groups = {one.population for one in found if one.population and not one.stage} | {*_told_apart(record)}
    if len(groups) < _FEWEST_GROUPS:
        return False
    parts = () if record.criteria else outline(record.criteria_text)
    headings = (heading_of(one.words, marked=False) for one in parts if one.role is Role.HEADING)
    named = {one.population for one in headings if one and one.population and not one.stage}
    return groups >= named | {one.name for one in record.populations}


_FEWEST_GROUPS = 2


def _told_apart(record: SourceRecord) -> list[str]:
    """Return the groups of a record that it tells apart by age or sex."""
    trial = record.minimum_age, record.maximum_age, record.sex
    groups = [(one.name, (one.minimum_age, one.maximum_age, one.sex)) for one in record.populations]
    return [name for name, fields in groups if any(own and own != of for own, of in zip(fields, trial, strict=True))]


def group_names(items: tuple[Item, ...], record: SourceRecord) -> tuple[str, ...]:
    """Return the groups that have criteria of their own, in words or by their fields, where a draft tells any apart."""
    named = dict.fromkeys(one.population for one in items if one.population)
    told = _told_apart(record)
    # Taking the text apart once more takes as long as all else, so it is left out where there is nothing to add.
    is_grouped = bool(told) and (bool(named) or _has_whole_groups(source_criteria(record), record))
    return tuple(dict.fromkeys((*named, *(told if is_grouped else ()))))


def source_criteria(record: SourceRecord) -> tuple[SourceCriterion, ...]:
    """Return the criteria that a record lists, or those of its text where it lists none.

    Raise SourceError where there are more than a trial can have: they are compared with each other.
    """
    listed = tuple(_listed(one) for one in record.criteria)
    found = listed or (criteria_in(record.criteria_text) if record.criteria_text.strip() else ())
    if len(found) > MOST_CRITERIA:
        why = f"holds {len(found):,} criteria, at most {MOST_CRITERIA:,} can be drafted"
        raise SourceError("eligibilityCriteria", why)
    return found


def _listed(one: ListedCriterion) -> SourceCriterion:
    words = " ".join(one.text.split())
    return SourceCriterion(kind=one.kind, text=words, quote=words, population=one.population)


def counts_of(items: tuple[Item, ...]) -> Counts:
    """Return how many criteria of a source there are, and what became of them."""
    ruled = [item for item in items if item.rule]
    exact = sum(item.is_exact for item in ruled)
    suggested = sum(bool(item.nearest) for item in items if not item.rule)
    left = len(items) - len(ruled) - suggested
    return Counts(len(items), exact, len(ruled) - exact, suggested, left)


def _item(one: SourceCriterion, context: DraftingContext, conditions: frozenset[str], *, grouped: bool) -> Item:
    """Return a criterion with its rule. `grouped`: several groups of people are named, each with its own criteria."""
    quotes = (Quote(one.quote),) if one.quote else ()
    item = Item(one.kind, in_full(one), quotes=quotes, population=one.population)
    if one.stage:
        return replace(item, population=None, remarks=(f"decides later, under '{one.stage}', so it has no rule",))
    if one.population and not grouped:
        told = f"is about '{one.population}' alone, so it has no rule for all"
        return replace(item, population=None, remarks=(told,))
    found = _interpreted(item, interpret(one, context.vocabulary, conditions))
    is_reversed = _BEGINS_WITH_NO.match(one.quote) and not _BEGINS_WITH_NO.match(one.text)
    return replace(found, remarks=(*found.remarks, _REVERSED)) if is_reversed else found


_BEGINS_WITH_NO = re.compile(r"no\s", re.IGNORECASE)
_REVERSED = "most exclusions of this record begin with 'No', so having it is read as what keeps out"


def _interpreted(item: Item, found: Interpretation) -> Item:
    remarks = () if found.rule or not (found.why or found.nearest) else (" ".join(_why(found)),)
    return replace(
        item,
        rule=found.rule,
        is_exact=found.is_exact,
        left=found.left if found.rule and not found.is_exact else (),
        nearest=found.nearest,
        remarks=remarks,
        why=found.why,
    )


def _why(found: Interpretation) -> Iterator[str]:
    if found.why:
        yield f"no rule: {found.why}" + ("; " if found.nearest else "")
    if found.nearest:
        yield f"comes near: {', '.join(found.nearest)}"


def in_full(one: SourceCriterion) -> str:
    """Return the words of a criterion that can be read alone: a lead before its parts, or before what needs it.

    >>> in_full(SourceCriterion(Kind.EXCLUSION, "gout", "gout", lead="Any of the following:"))
    'gout'
    >>> in_full(SourceCriterion(Kind.EXCLUSION, "cannot walk", "cannot walk", lead="Patients who:"))
    'Patients who cannot walk'
    """
    if one.parts:
        joint = "; and " if one.joined is Joined.ALL else "; or " if one.joined is Joined.ANY else "; "
        return f"{one.text.rstrip(' :')}: {joint.join(one.parts)}"
    lead = one.lead.rstrip(" :.")
    if not lead or _HEADS.search(lead) or one.text.startswith(lead):
        return one.text
    return f"{lead} {lowered(one.text)}" if len(lead.split()) <= _MOST_LEAD else one.text


_MOST_LEAD = 12
_HEADS = re.compile(r"following|\b(?:characteristics|criteria|reasons|screening|status)$", re.IGNORECASE)
"""Leads that name what comes after them, and begin no sentence."""
