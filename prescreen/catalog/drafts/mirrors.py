"""Criteria that say the same twice become one; rules that a catalog would refuse are left to the team.

Whether one rule says all that another says is decided over every possible answer, and kept for other drafts.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from prescreen.catalog.drafts.draft import SOME_DAY, DraftingContext
from prescreen.catalog.drafts.draft_items import Item
from prescreen.eligibility.criteria.rules import Not, Rule, questions_in
from prescreen.eligibility.criteria.text import Text, shortened
from prescreen.eligibility.criteria.trials import Criterion
from prescreen.eligibility.drafting.doubtful_criteria import Judged, options_that_rule_out, worth_a_look
from prescreen.eligibility.drafting.implied_rules import exclude_each_other, implies


def without_mirrors(items: tuple[Item, ...], context: DraftingContext) -> tuple[Item, ...]:
    """Return the criteria without those that another says too: the stricter rule stays and quotes both.

    Of one kind, only equal rules become one: a stricter one beside a looser is how a source lists what it wants.
    """
    kept: list[Item] = []
    for item in items:
        asked = enumerate(kept) if item.rule else ()
        place = next((place for place, one in asked if one.rule and _is_told(one, item, context)), None)
        if place is None:
            kept.append(item)
        else:
            kept[place : place + 1] = _joined(kept[place], item, context)
    return tuple(kept)


def _is_told(one: Item, other: Item, context: DraftingContext) -> bool:
    """Whether of two criteria one says all that the other says, and so they are one."""
    first, second = one.permits, other.permits
    if first is None or second is None or one.population != other.population:
        return False
    if set(questions_in(first)) != set(questions_in(second)):
        return False
    there, back = _implies(first, second, context), _implies(second, first, context)
    return (there and back) if one.kind is other.kind else (there or back)


def _implies(first: Rule, second: Rule, context: DraftingContext) -> bool:
    return _known(("implies", first, second), context, lambda: implies(first, second, context.blank))


def _known(key: object, context: DraftingContext, find: Callable[[], bool]) -> bool:
    if key not in context.known:
        context.known[key] = find()
    return bool(context.known[key])


def _joined(one: Item, other: Item, context: DraftingContext) -> tuple[Item, ...]:
    """Return the stricter of two criteria, which quotes both; what the rule of either leaves stays with it."""
    first, second = one.permits, other.permits
    stricter, looser = (one, other) if first and second and _implies(first, second, context) else (other, one)
    told = f"says the same as '{shortened(looser.text, _MOST)}', and counts for both"
    rest = replace(looser, rule=None, left=()) if looser.left and looser.text != stricter.text else None
    whole = replace(stricter, remarks=(*stricter.remarks, told)).quoting(replace(looser, remarks=()))
    return (whole, rest) if rest else (whole,)


_MOST = 80


def without_refused(items: tuple[Item, ...], context: DraftingContext) -> tuple[tuple[Item, ...], tuple[str, ...]]:
    """Return the criteria without rules that `check` would refuse, and what was found to exclude each other.

    All of them are about the same people: the common ones, or these with the ones of a single group.
    """
    sound = tuple(_without_own_fault(item, context) for item in items)
    told = list[str]()
    kept: list[Item] = []
    for item in sound:
        asked = kept if item.rule else ()
        other = next((one for one in asked if one.rule and _excludes(one, item, context)), None)
        kept.append(item if other is None else item.without_rule(_told_of_pair(other, item)))
        told += [] if other is None else [_told_of_pair(other, item)]
    return (*_possible_together(kept, context, told),), tuple(told)


def _told_of_pair(one: Item, other: Item) -> str:
    return f"'{shortened(other.text, _MOST)}' contradicts '{shortened(one.text, _MOST)}': nobody fits both"


def _without_own_fault(item: Item, context: DraftingContext) -> Item:
    if item.permits is None:
        return item
    key = "fault", item.permits
    if key not in context.known:
        context.known[key] = next(_own_faults(item, context), "")
    fault = str(context.known[key])
    return item.without_rule(f"no rule: {fault}") if fault else item


def _own_faults(item: Item, context: DraftingContext) -> Iterator[str]:
    """Yield why a catalog would refuse the rule of a criterion."""
    rule, permits = item.rule, item.permits
    if rule is None or permits is None:
        return
    if exclude_each_other(context.blank, permits):
        yield "it would let in nobody"
    if exclude_each_other(context.blank, _kept_out(item, rule)):
        yield "it would keep out nobody"
    worth = worth_a_look(context.bank)
    judged = Judged.of(Criterion("x", item.kind, Text({}), rule), context.bank, SOME_DAY, worth)
    for one in options_that_rule_out(judged) if judged else ():
        yield f"it would rule out with '{one.question}.{one.option}' alone, which never may"


def _kept_out(item: Item, rule: Rule) -> Rule:
    return rule if item.permits is not rule else Not(rule)


def _excludes(one: Item, other: Item, context: DraftingContext) -> bool:
    first, second = one.permits, other.permits
    if first is None or second is None:
        return False
    if set(questions_in(first)).isdisjoint(questions_in(second)):
        return False
    return _known(("excludes", first, second), context, lambda: exclude_each_other(context.blank, first, second))


def _possible_together(items: list[Item], context: DraftingContext, told: list[str]) -> Iterator[Item]:
    """Yield the criteria, the last ones without rules until somebody can fit all that have one."""
    ruled = [item.permits for item in items if item.permits]
    most = next(count for count in range(len(ruled), -1, -1) if not count or not _nobody_fits(ruled[:count], context))
    if most < len(ruled):
        told.append("the criteria contradict each other: nobody fits them all")
    place = 0
    for item in items:
        is_ruled = bool(item.permits)
        place += is_ruled
        yield item.without_rule("no rule: with those above it nobody would fit") if is_ruled and place > most else item


def _nobody_fits(rules: list[Rule], context: DraftingContext) -> bool:
    return _known(("none fits", *rules), context, lambda: exclude_each_other(context.blank, *rules))
