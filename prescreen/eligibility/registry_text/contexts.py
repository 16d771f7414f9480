"""What counts for a criterion besides its own words: the headings above it, and the leads of its lists."""

from dataclasses import dataclass, field

from prescreen.eligibility.criteria.trials import Kind
from prescreen.eligibility.registry_text.headings import Heading

_MOST_LEADS = 3
"""How many leads a criterion is given; what is nested deeper is no list that somebody wrote."""


@dataclass(slots=True)
class Above:
    """What counts for the criteria below: the headings, and the leads of the lists that they stand in."""

    kind: Kind = Kind.INCLUSION
    population: str | None = None
    stage: str | None = None
    leads: list[tuple[int, str, str | None]] = field(default_factory=list)

    def enter(self, heading: Heading, *, after_group: bool) -> None:
        """Note a heading; a group named directly before it holds below it too."""
        if heading.kind:
            self.kind, self.stage = heading.kind, heading.stage
            if heading.population or heading.for_all or not after_group:
                self.population = heading.population
        else:
            self.population, self.stage = (
                heading.population,
                heading.stage or (self.stage if heading.population else None),
            )
        self.leads.clear()

    def leave(self, depth: int) -> None:
        """Forget the leads of lists that are over."""
        while self.leads and self.leads[-1][0] >= depth:
            self.leads.pop()

    @property
    def lead(self) -> str:
        """Return the leads above a criterion, at most the nearest few."""
        return " ".join(lead for _, lead, _ in self.leads[-_MOST_LEADS:] if lead)

    @property
    def group(self) -> str | None:
        """Return the group of people that what stands below is about."""
        return next((group for _, _, group in reversed(self.leads[-_MOST_LEADS:]) if group), self.population)
