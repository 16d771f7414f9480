"""From what a source says of a trial to a draft of its file, which passes `check` and which nobody is shown.

A rule is written only where it cannot rule out anybody whom the words let in; all else is left to the team, with a
remark. The words of the source stand above each criterion.
"""

from collections.abc import Collection, Iterator

from prescreen.catalog.drafts.draft import Draft, DraftCriterion, DraftingContext
from prescreen.catalog.drafts.draft_head import (
    conditions_of,
    id_of,
    practical_of,
    remarks_of,
    sites_of,
    source_of,
    status_of,
    summary_of,
    title_of,
)
from prescreen.catalog.drafts.draft_items import Item, counts_of, items_of
from prescreen.catalog.drafts.field_criteria import with_fields
from prescreen.catalog.drafts.mirrors import without_mirrors, without_refused
from prescreen.catalog.sources.source_record import SourceRecord
from prescreen.eligibility.criteria.rules import Rule
from prescreen.eligibility.wording.criterion_names import name_of_rule, name_of_words, unique
from prescreen.eligibility.wording.plain_wording import plain_sentence
from prescreen.eligibility.wording.rule_wording import sentence_of
from prescreen.eligibility.wording.vague_words import is_vague
from prescreen.eligibility.wording.ways_of_checking import checked_by

__all__ = ["Draft", "DraftCriterion", "DraftingContext", "draft_of"]

WORDING = "wording"
"""The remark above every criterion: its text was made by rules, and wants an author's eye."""


def draft_of(record: SourceRecord, context: DraftingContext, about: Collection[str] = ()) -> Draft:
    """Return the draft of a trial; `about` names conditions that it is about beside those that the record names."""
    named = conditions_of(record, context.conditions)
    conditions = tuple(dict.fromkeys([*about, *named]))
    read = items_of(record, context, frozenset(conditions))
    joined, field_told = with_fields(tuple(one for one in read if one.population is None), record, context)
    common, told = without_refused(without_mirrors(joined, context), context)
    items = (*common, *_of_groups(read, common, context))
    practical = practical_of(record)
    return Draft(
        id=id_of(record),
        title=title_of(record),
        summary=summary_of(record),
        conditions=conditions,
        status=status_of(record),
        phase=record.phase,
        sponsor=record.sponsor,
        source=source_of(record),
        practical=practical,
        sites=sites_of(record),
        criteria=tuple(_criteria(items, context)),
        remarks=remarks_of(record, conditions),
        counts=counts_of(read),
        disagreements=(*field_told, *told),
        bank=context.bank,
    )


def _of_groups(read: tuple[Item, ...], common: tuple[Item, ...], context: DraftingContext) -> Iterator[Item]:
    """Yield the criteria of each group of people, whose rules must be possible beside the common ones."""
    for name in dict.fromkeys(one.population for one in read if one.population):
        own = without_mirrors(tuple(one for one in read if one.population == name), context)
        found, _ = without_refused((*common, *own), context)
        yield from (one for one in found if one.population == name)


def _criteria(items: tuple[Item, ...], context: DraftingContext) -> Iterator[DraftCriterion]:
    taken = set[str]()
    for item in items:
        yield _criterion(item, taken, context)
        if item.rule and not item.is_exact and not all(is_vague(words) for words in item.left):
            yield _rest(item, taken)


def _criterion(item: Item, taken: set[str], context: DraftingContext) -> DraftCriterion:
    if item.rule is None:
        return _checked(item, taken)
    return DraftCriterion(
        id=unique(name_of_rule(item.rule) or name_of_words(item.text), taken),
        kind=item.kind,
        text=_worded(item.rule, context),
        rule=item.rule,
        quotes=item.quotes,
        remarks=(WORDING, *_part_remarks(item), *item.remarks),
        cohort=item.population,
    )


def _worded(rule: Rule, context: DraftingContext) -> str:
    key = "worded", rule
    if key not in context.known:
        context.known[key] = sentence_of(rule, context.bank)
    return str(context.known[key])


def _part_remarks(item: Item) -> Iterator[str]:
    if not item.is_exact:
        words = "; ".join(item.left)
        told = f"the rule is a part: {item.why}" if item.why else "the rule is a part"
        yield f"{told}; it leaves '{words}'" if words else told


def _checked(item: Item, taken: set[str]) -> DraftCriterion:
    return DraftCriterion(
        id=unique(name_of_words(item.text), taken),
        kind=item.kind,
        text=plain_sentence(item.text),
        checked=checked_by(item.text),
        quotes=item.quotes,
        remarks=(WORDING, *item.remarks),
        cohort=item.population,
        words=item.text,
    )


def _rest(item: Item, taken: set[str]) -> DraftCriterion:
    """Return what the rule of a part leaves to the team: the whole sentence, as its pieces seldom make one."""
    return DraftCriterion(
        id=unique(name_of_words(" ".join(item.left) or item.text), taken),
        kind=item.kind,
        text=plain_sentence(item.text),
        checked=checked_by(item.text),
        quotes=item.quotes,
        remarks=(WORDING, f"the rest of a part: say only what its rule leaves, '{'; '.join(item.left)}'"),
        cohort=item.population,
        words="; ".join(item.left),
    )
