"""What the results say of a visitor's wishes: which trials they list, and what stands outside."""

from dataclasses import dataclass

from flask import url_for

from prescreen.catalog.criteria.catalog import Condition
from prescreen.eligibility.wishes.wish_table import Marks
from prescreen.eligibility.wishes.wishes import Place
from prescreen.web.interview.answer_cookie import Visit
from prescreen.web.interview.focus import marked_trials
from prescreen.web.interview.wishes_page import RESULTS
from prescreen.web.results.result_filters import Filters
from prescreen.web.wishes.wish_wording import outside_words, wish_words


@dataclass(frozen=True, slots=True)
class WishSummary:
    """A visitor's wishes in words, how many trials are outside them, and why.

    `lists_outside`: the page lists those. `toggle` is the address of the other list, `change` that of the wishes.
    """

    words: list[str]
    outside: int
    trials: int
    reasons: list[str]
    lists_outside: bool
    toggle: str
    change: str


def wished_place(visit: Visit) -> Place | None:
    """Return the place that the visitor told with their wishes, if they did."""
    return visit.wishes.place if visit.wishes else None


def listed_trials(condition: Condition, filters: Filters) -> Marks | None:
    """Return which trials the results list: those within the wishes, or those outside; None for all."""
    inside = marked_trials(condition)
    return ~inside if inside is not None and filters.outside else inside


def outside_listed(condition: Condition, filters: Filters) -> int:
    """Return how many trials are not in the list that the results show."""
    among = listed_trials(condition, filters)
    return 0 if among is None else int((~among).sum())


def wish_summary(condition: Condition, visit: Visit, filters: Filters) -> WishSummary:
    """Return what the results say of the wishes."""
    slug, wishes, inside = condition.slug, visit.wishes, marked_trials(condition)
    counted = wishes is not None and inside is not None
    return WishSummary(
        words=wish_words(wishes) if wishes else [],
        outside=int((~inside).sum()) if inside is not None else 0,
        trials=len(inside) if inside is not None else 0,
        reasons=outside_words(slug, wishes) if wishes and counted else [],
        lists_outside=filters.outside and counted,
        toggle=url_for("screener.show_results", slug=slug, outside=None if filters.outside else "1"),
        change=f"{url_for('screener.wishes', slug=slug)}?from={RESULTS}",
    )
