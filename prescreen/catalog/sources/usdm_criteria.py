"""The eligibility criteria of a USDM design, each as its item words it, in the order of their links."""

from collections.abc import Iterator, Mapping

from prescreen.catalog.sources.record_parts import Part
from prescreen.catalog.sources.source_record import ListedCriterion, SourceError
from prescreen.catalog.sources.usdm_populations import name_of
from prescreen.catalog.sources.usdm_texts import Texts
from prescreen.eligibility.criteria.trials import Kind

_KINDS = {"C25532": Kind.INCLUSION, "C25370": Kind.EXCLUSION}
"""What a criterion does, by the code of its category."""


def criteria_of(version: Part, design: Part, texts: Texts) -> tuple[ListedCriterion, ...]:
    """Return the criteria of a design, inclusion and exclusion mixed as they are linked.

    Raise SourceError where there are none, or one has no item, no text or no category.
    """
    listed = design.at("eligibilityCriteria").needed()
    items = {one.at("id").line(): one for one in version.at("eligibilityCriterionItems").items()}
    groups = _groups(design.at("population"))
    found = [made for one in _in_order(listed) for made in _made(one, items, groups, texts)]
    if not found:
        raise SourceError(listed.path, "holds no criterion")
    return tuple(found)


def _in_order(listed: Part) -> list[Part]:
    """Return the criteria in the order of their links; those that no link reaches stand where the list has them."""
    criteria = list(listed.items())
    by_id = {one.at("id").line(): one for one in criteria}
    followed = {id_ for one in criteria if (id_ := one.at("nextId").line())}
    linked = {id_: one.at("nextId").line() for id_, one in by_id.items()}
    linked |= {before: id_ for id_, one in by_id.items() if (before := one.at("previousId").line())}
    followed |= {id_ for id_, one in by_id.items() if one.at("previousId").line() in by_id}
    heads = [id_ for id_ in by_id if id_ not in followed]
    order: dict[str, None] = {}
    for id_ in (*heads, *by_id):
        while id_ in by_id and id_ not in order:
            order[id_] = None
            id_ = linked.get(id_, "")
    return [by_id[id_] for id_ in order]


def _made(
    criterion: Part, items: Mapping[str, Part], groups: Mapping[str, tuple[str, ...]], texts: Texts
) -> Iterator[ListedCriterion]:
    """Yield a criterion once, or once for each cohort that alone has it."""
    item = criterion.at("criterionItemId").needed()
    if item.line() not in items:
        raise SourceError(item.path, f"names '{item.line()[:40]}', and the study has no such item")
    worded = items[item.line()]
    text = texts.plain(worded.at("text").needed().text(), worded.at("dictionaryId").line() or None)
    if not text:
        raise SourceError(worded.at("text").path, "has no words")
    kind = _kind(criterion.at("category"))
    for population in groups.get(criterion.at("id").line()) or (None,):
        yield ListedCriterion(kind, text, population)


def _kind(category: Part) -> Kind:
    code = category.at("code").line()
    words = category.at("decode").line().casefold()
    kind = _KINDS.get(code) or next((kind for kind in Kind if words.startswith(kind.value)), None)
    if kind is None:
        known = " or ".join(_KINDS)
        raise SourceError(category.at("code").path, f"expects {known}, not '{code[:40]}'")
    return kind


def _groups(population: Part) -> dict[str, tuple[str, ...]]:
    """Return the cohorts that have each criterion; what the whole population has is no cohort's."""
    common = set(population.at("criterionIds").lines())
    found: dict[str, tuple[str, ...]] = {}
    for cohort in population.at("cohorts").items():
        for id_ in cohort.at("criterionIds").lines():
            if id_ not in common:
                found[id_] = (*found.get(id_, ()), name_of(cohort))
    return found
