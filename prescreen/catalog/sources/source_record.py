"""What a source says of a trial, whatever registry or protocol it is from.

Every reader of sources makes it; drafts, coverage and the registry watch read it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from prescreen.eligibility.criteria.text import one_line
from prescreen.eligibility.criteria.trials import Kind
from prescreen.eligibility.registry_text.source_criteria import SourceCriterion
from prescreen.eligibility.registry_text.splitting import criteria_in


class SourceError(ValueError):
    """Raised for a source that cannot be drafted from. The message is one line that names the field."""

    def __init__(self, field: str, why: str) -> None:
        self.field, self.why = field, why
        super().__init__(one_line(f"{field}: {why}"))


@dataclass(frozen=True, slots=True)
class SourceSite:
    """A place where the trial is run, as the source spells it."""

    name: str
    city: str | None = None
    state: str | None = None
    country: str | None = None
    postal_code: str | None = None
    latitude: str | None = None
    longitude: str | None = None
    status: str | None = None


@dataclass(frozen=True, slots=True)
class SourcePopulation:
    """A group of people whom the trial takes in, as the source names it, and what it says of them in fields."""

    name: str
    description: str = ""
    minimum_age: str | None = None
    maximum_age: str | None = None
    sex: str | None = None
    healthy_volunteers: bool | None = None


@dataclass(frozen=True, slots=True)
class ListedCriterion:
    """A criterion that the source lists by itself. `population` is the name of the group it is about, None for all."""

    kind: Kind
    text: str
    population: str | None = None


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """A trial as a source describes it; None, empty or "" where the source does not say.

    `minimum_age` and `maximum_age` are the source's words, such as "18 Years". `criteria_text` is the free text;
    `criteria` holds single criteria where the source lists them apart, as USDM does, and `populations` the groups that
    it tells apart. `fields` holds small fields that a draft may quote, by their names in the source. `told` says, a
    sentence each, what an author should know about how the source was read.
    """

    id: str
    registry: str
    title: str
    official_title: str = ""
    summary: str = ""
    description: str = ""
    conditions: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    status: str | None = None
    phase: str | None = None
    sponsor: str | None = None
    version: str | None = None
    sites: tuple[SourceSite, ...] = ()
    minimum_age: str | None = None
    maximum_age: str | None = None
    sex: str | None = None
    healthy_volunteers: bool | None = None
    interventions: tuple[tuple[str, str], ...] = ()
    criteria_text: str = ""
    criteria: tuple[ListedCriterion, ...] = ()
    populations: tuple[SourcePopulation, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    told: tuple[str, ...] = ()


def criteria_of(record: SourceRecord) -> tuple[SourceCriterion, ...]:
    """Return the criteria that a record lists apart, or those that its text is taken apart into where it lists none."""
    return tuple(map(_listed, record.criteria)) or criteria_in(record.criteria_text)


def _listed(one: ListedCriterion) -> SourceCriterion:
    words = " ".join(one.text.split())
    return SourceCriterion(kind=one.kind, text=words, quote=words, population=one.population)
