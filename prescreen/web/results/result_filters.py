"""Which trials the results list, and in what order: filters, sorting and page numbers, all from the address.

A filter that cannot be used is passed over; a number that is none stands for a page that does not exist. Wishes stand
in the visit: they part the trials in two lists, of which the filters narrow the one that is shown.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar

from werkzeug.datastructures import MultiDict

from prescreen.eligibility.assessment.determination import Determination
from prescreen.eligibility.criteria.trials import Treatment, Trial
from prescreen.eligibility.wishes.geography import direction
from prescreen.eligibility.wishes.wish_table import Marks
from prescreen.eligibility.wishes.wishes import COUNTRY, Place, Wishes
from prescreen.web.base.form_fields import Choice, Raw
from prescreen.web.base.forms import Form, read_valid
from prescreen.web.base.request_context import catalog, kept_with_catalog
from prescreen.web.base.trial_wording import TREATMENT_WORDS
from prescreen.web.results.distance_filter import (
    DistanceChoice,
    Near,
    Placed,
    nearest,
    placed,
    read_wish,
)
from prescreen.web.results.explanations import Judged
from prescreen.web.wishes.place_field import PlaceReply, reach_choices, reach_words
from prescreen.web.wishes.visit_wishes import wish_table

PAGE = 20
"""How many trials of a group stand on one page."""

PAGE_KEYS = {
    Determination.POTENTIALLY_ELIGIBLE: "fits",
    Determination.UNDETERMINED: "open",
    Determination.INELIGIBLE: "not",
}
"""The name of each group in addresses and in the style sheet."""
NO_PAGE = -1
"""Stands for the number of a page that no group can have."""
_LONGEST_NUMBER = 6
_PLACES = "prescreen.places"


class FilterForm(Form):
    """Which trials to list; all of it may be left out. `why`: the question whose answer stands in the way.

    `outside`: those outside the wishes.
    """

    treatment: Annotated[Treatment | None, Choice(Treatment)]
    placebo: Annotated[bool | None, Choice({"none": True})]
    remote: Annotated[bool | None, Choice({"yes": True})]
    why: Annotated[str, Raw()]
    outside: Annotated[bool | None, Choice({"1": True})]


class PagesForm(Form):
    """The page of each group."""

    fits: Annotated[str, Raw()]
    open: Annotated[str, Raw()]
    excluded: Annotated[str, Raw(name="not")]


@dataclass(frozen=True, slots=True)
class Filters:
    """What a visitor wants to see listed. `pages` are the numbers in the address by group; 0 without one.

    `outside`: what is listed are the trials outside the wishes, instead of those within.
    """

    treatments: ClassVar = tuple(TREATMENT_WORDS.items())
    """What there is to choose from."""

    wish: DistanceChoice
    treatment: Treatment | None
    without_placebo: bool
    from_home: bool
    why: str
    pages: Mapping[Determination, int]
    outside: bool = False

    @property
    def treatment_words(self) -> str:
        """Return the chosen kind of treatment in words; empty where none is."""
        return str(TREATMENT_WORDS[self.treatment]) if self.treatment else ""

    @property
    def reaches(self) -> list[tuple[str, str]]:
        """Return the distances to choose from, each as forms name it and in words."""
        return reach_choices()

    @property
    def farther_than(self) -> str:
        """Return in words the distance that alone leaves trials out; empty where anything else may do so."""
        among_others = self.treatment or self.without_placebo or self.from_home
        return "" if among_others or self.wish.within in (None, COUNTRY) else reach_words(self.wish.within)

    @property
    def as_wishes(self) -> Wishes:
        """Return those of the filters that are also wishes, so that both mean the same."""
        return Wishes(self.wish.place, self.wish.within, without_placebo=self.without_placebo)

    @property
    def are_set(self) -> bool:
        """Whether the form is filled in anywhere, if only with a place."""
        return bool(self.treatment or self.without_placebo or self.from_home or self.wish.typed)

    @property
    def are_blank(self) -> bool:
        """Whether the form is as it is before anything is chosen."""
        wish = self.wish
        return not (self.are_set or wish.within or wish.by_distance or wish.errors or wish.is_wished)

    @property
    def is_active(self) -> bool:
        """Whether trials may be left out."""
        return bool(self.treatment or self.from_home or self.as_wishes.limits)

    @property
    def asks_why(self) -> bool:
        """Whether the trials that do not fit are asked for."""
        return bool(self.why or self.pages[Determination.INELIGIBLE])

    def query(self, **changes: object) -> dict[str, str]:
        """Return the address of this list as a query, without what says nothing; None or "" takes a key out."""
        is_placed, near = self.wish.place is not None, self.wish.typed if self.wish.place else ""
        numbers = {PAGE_KEYS[group]: number for group, number in self.pages.items()}
        asked: dict[str, object] = {
            "near": near,
            "within": is_placed and self.wish.within,
            "sort": "distance" if is_placed and self.wish.by_distance else "",
            "treatment": self.treatment,
            "placebo": "none" if self.without_placebo else "",
            "remote": "yes" if self.from_home else "",
            "why": self.why,
            "outside": self.outside,
        }
        known = {key: number for key, number in numbers.items() if number != NO_PAGE}
        return {
            key: "1" if value is True else str(value) for key, value in {**asked, **known, **changes}.items() if value
        }


NO_FILTERS = Filters(
    DistanceChoice(PlaceReply("", None), None, by_distance=False),
    None,
    without_placebo=False,
    from_home=False,
    why="",
    pages={},
)


def read_filters(asked: MultiDict[str, str], wished: Place | None = None) -> Filters:
    """Return the filters in an address; distances are from the wished place where it names none."""
    form, _faults = read_valid(FilterForm, asked)
    return Filters(
        wish=read_wish(asked, wished),
        treatment=form.treatment,
        without_placebo=form.placebo is True,
        from_home=form.remote is True,
        why=form.why if form.why in catalog().bank else "",
        pages=_numbers(read_valid(PagesForm, asked)[0]),
        outside=form.outside is True,
    )


def _numbers(form: PagesForm) -> dict[Determination, int]:
    written = {
        Determination.POTENTIALLY_ELIGIBLE: form.fits,
        Determination.UNDETERMINED: form.open,
        Determination.INELIGIBLE: form.excluded,
    }
    return {group: _number(text) for group, text in written.items()}


def _number(text: str) -> int:
    if not text:
        return 0
    is_number = text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER
    return int(text) or NO_PAGE if is_number else NO_PAGE


@dataclass(frozen=True, slots=True)
class Listed:
    """The trials of a group that the filters leave, in order; of the `hidden` ones, `unsaid` do not say enough."""

    group: Determination
    places: list[int]
    hidden: int
    unsaid: int

    @property
    def total(self) -> int:
        """How many trials the group has."""
        return len(self.places) + self.hidden


def listed(
    judged: Judged, group: Determination, filters: Filters, near: "Nearest", among: Marks | None = None
) -> Listed:
    """Return the trials of a group that the filters leave of the marked ones, in the order that was asked for."""
    every = [place for place in judged.told.group(group) if among is None or among[place]]
    if not filters.is_active:
        return Listed(group, _ordered(every, judged, filters, near), 0, 0)
    answers = {place: list(_answers(place, judged.trials[place], filters, near)) for place in every}
    kept = [place for place, said in answers.items() if all(said)]
    unsaid = sum(None in said and False not in said for said in answers.values())
    return Listed(group, _ordered(kept, judged, filters, near), len(every) - len(kept), unsaid)


def _answers(place: int, trial: Trial, filters: Filters, near: "Nearest") -> Iterable[bool | None]:
    """Yield for each filter whether a trial passes it; None where its record does not say."""
    practical = trial.practical
    if filters.treatment:
        yield filters.treatment in practical.treatments if practical.treatments else None
    if filters.from_home:
        yield practical.remote
    for one in near.outside:
        yield None if one.unsaid[place] else not one.marks[place]


def _ordered(places: list[int], judged: Judged, filters: Filters, near: "Nearest") -> list[int]:
    ranked = judged.told.ranked(places)
    if not (filters.wish.by_distance and filters.wish.place):
        return ranked

    def miles(place: int) -> float:
        found = near.of(judged.trials[place])
        return found.miles if found else float("inf")

    return sorted(places, key=miles)


class Nearest:
    """The nearest site of each trial to the visitor's place, looked up once for each trial that is asked for.

    `outside` are the trials that the filters put outside, of those that are wishes too.
    """

    def __init__(self, slug: str, filters: Filters) -> None:
        self._home, self._known = filters.wish.place, dict[str, Near | None]()
        self._towards = direction(self._home.point) if self._home else None
        self._places: dict[str, tuple[Placed, ...]] = kept_with_catalog(_PLACES)
        self.outside = tuple(wish_table(slug).outside(filters.as_wishes).values())

    def of(self, trial: Trial) -> Near | None:
        """Return the nearest site; None without a place, or where no location is known."""
        if self._home is None or self._towards is None:
            return None
        if trial.id not in self._known:
            self._known[trial.id] = nearest(self._placed(trial), self._home, self._towards)
        return self._known[trial.id]

    def _placed(self, trial: Trial) -> tuple[Placed, ...]:
        if trial.id not in self._places:
            self._places[trial.id] = placed(trial, catalog().open_sites(trial))
        return self._places[trial.id]
