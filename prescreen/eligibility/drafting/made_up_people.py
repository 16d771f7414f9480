"""Made-up people at the limits of a trial's rules: who fits, and who misses by one answer or by two that meet.

Whoever does not fit differs as little as possible from somebody who does, so that one reason stands for itself.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import islice, product

from prescreen.eligibility.criteria.questions import QuestionBank, QuestionType
from prescreen.eligibility.criteria.rules import Rule, Tested, evaluate
from prescreen.eligibility.criteria.trials import Trial
from prescreen.eligibility.criteria.truth import Truth
from prescreen.eligibility.drafting.boundaries import Boundaries, Meeting, Said
from prescreen.eligibility.drafting.possible_answers import Person

MOST_MEETINGS = 20_000
"""So many take some seconds; a trial with more of them gets no people."""

_MOST_TRIED = 24
"""So many ways to answer alike are tried for one meeting."""


class TooManyMeetingsError(ValueError):
    """Raised for a trial whose rules tell too many meetings of answers apart."""

    def __init__(self, count: int) -> None:
        self.count = count
        super().__init__(
            f"its rules tell {count} pairs of answers apart; people are made up for at most {MOST_MEETINGS}"
        )


def people(trial: Trial, bank: QuestionBank, on: date) -> list[Said]:
    """Return what each of a few people answers: whatever a rule can see together, it sees in one of them.

    The first of them fits, one for each group, where anybody does. Whoever does not fit misses one criterion alone
    where that can be. Raise TooManyMeetingsError for a trial with more than MOST_MEETINGS.
    """
    boundaries = Boundaries.of(trial, bank, on)
    meetings = list(islice(boundaries.meetings(), MOST_MEETINGS + 1))
    if len(meetings) > MOST_MEETINGS:
        raise TooManyMeetingsError(sum(1 for _ in boundaries.meetings()))
    search = _Search(boundaries, dict.fromkeys(meetings))
    found = (*search.fitting(), *search.missing(), *search.more_fitting())
    return list({frozenset(said.items()): said for said in found}.values())


@dataclass
class _Search:
    """Makes up people until each meeting that can be is shown by one whom no other criterion keeps out as well."""

    boundaries: Boundaries
    left: dict[Meeting, None]
    bases: dict[str | None, Said] = field(default_factory=dict)
    put_off: list[Meeting] = field(default_factory=list)

    @cached_property
    def rules(self) -> dict[str, Rule]:
        """The rule by which each criterion permits: common ones, those of groups, and what stands for all groups."""
        trial = self.boundaries.trial
        return {one.id: rule for one in (*trial.ruled, *trial.authored) if (rule := one.permitting_rule)}

    def fitting(self) -> Iterator[Said]:
        """Yield a person who fits, for each group of people one, if there is one."""
        for cohort in self.boundaries.trial.cohorts or (None,):
            needed = {*self._common, *(one.id for one in (cohort.ruled if cohort else ()))}
            found = self.boundaries.with_all({}, *(self.rules[name] for name in needed))
            if found is not None:
                said = self.bases[cohort.id if cohort else None] = self._plain(self._settled(found, {}), needed)
                yield self._noted(said)

    @property
    def _common(self) -> set[str]:
        """The ids of what everybody must meet."""
        return {one.id for one in self.boundaries.trial.ruled}

    def _plain(self, said: Said, needed: set[str]) -> Said:
        """Return a person who meets these criteria as well, with the plainest answers that do."""
        plain = said
        for name in self.boundaries.values:
            for value in self._plainest(name) if name in plain else ():
                tried = self._settled({**plain, name: value}, plain)
                if needed.isdisjoint(self._unmet(tried)):
                    plain = tried
                    break
        return plain

    def _plainest(self, name: str) -> Sequence[Tested]:
        """Return answers that make a person ordinary: none of a list, no, the first option, the least number."""
        question, values = self.boundaries.space.bank[name], self.boundaries.values[name]
        match question.type:
            case QuestionType.CHOICES:
                return [frozenset({one.id}) for one in question.options if one.exclusive]
            case QuestionType.BOOLEAN:
                return [False]
            case QuestionType.CHOICE:
                return question.option_ids
            case _:
                return values

    def missing(self) -> Iterator[Said]:
        """Yield people who do not fit, each as near as can be to one who does."""
        for meeting in list(self.left):
            if meeting in self.left:
                said = self._near(meeting)
                del self.left[meeting]
                if said is not None and not self._fits(said):
                    yield self._noted(said)
                elif said is not None:
                    self.put_off.append(meeting)
                    self.left[meeting] = None

    def more_fitting(self) -> Iterator[Said]:
        """Yield people who fit, with as many as possible of the meetings that nobody has shown yet."""
        for meeting in self.put_off:
            said = self._near(meeting) if meeting in self.left else None
            if said is not None:
                del self.left[meeting]
                yield self._noted(self._with_more(said, meeting))

    def _noted(self, said: Said) -> Said:
        """Return a person, after noting what they show of criteria that no other one hides."""
        unmet = self._unmet(said)
        for meeting in list(self.left):
            if unmet.isdisjoint(self.boundaries.others[meeting.criterion]) and meeting.shown_by(
                said, self.boundaries.space.bank
            ):
                del self.left[meeting]
        return said

    def _unmet(self, said: Said) -> set[str]:
        """Return the ids of the criteria, of all groups too, that do not permit a person."""
        person = Person(self.boundaries.space.bank, said, {})
        return {name for name, rule in self.rules.items() if evaluate(rule, person) is not Truth.TRUE}

    def _fits(self, said: Said) -> bool:
        return self._common.isdisjoint(self._unmet(said))

    def _base(self, criterion: str) -> Said:
        """Return a person who fits, of the criterion's group if there is one; nobody's answers where nobody fits."""
        cohorts = self.boundaries.trial.cohorts
        group = next((one.id for one in cohorts if criterion in {own.id for own in one.criteria}), None)
        return self.bases.get(group) or next(iter(self.bases.values()), {})

    def _near(self, meeting: Meeting) -> Said | None:
        """Return a person with these traits whom the fewest other criteria keep out; None where there can be nobody."""
        base = self._base(meeting.criterion)
        ways = product(*(self.boundaries.answers(trait, base) for trait in meeting.traits))
        best, fewest = None, -1
        for way in islice(ways, _MOST_TRIED):
            said_so = {trait.question: value for trait, value in zip(meeting.traits, way, strict=True)}
            for said in self._ways_to_be(said_so, meeting, base):
                others = len(self._unmet(said) & self.boundaries.others[meeting.criterion].keys())
                best, fewest = (said, others) if best is None or others < fewest else (best, fewest)
                if not others:
                    return said
        return best

    def _ways_to_be(self, said: Mapping[str, Tested | None], meeting: Meeting, base: Said) -> Iterator[Said]:
        """Yield people who answer so, None where it does not apply: one like the base, one whom others permit."""
        given = {name: value for name, value in said.items() if value is not None}
        rules = [self.boundaries.unless(name) for name, value in said.items() if value is None]
        rules += [meeting.holds] if meeting.holds else []
        others = [*self.boundaries.others[meeting.criterion].values()]
        for found in self._starts(given, rules, others, base):
            settled = self._settled(found, base)
            if meeting.shown_by(settled, self.boundaries.space.bank):
                yield settled

    def _starts(self, given: Said, rules: Sequence[Rule], others: Sequence[Rule], base: Said) -> Iterator[Said]:
        yield {**base, **given}
        opened = self.boundaries.with_all(given, *rules)
        if opened is not None:
            yield {**base, **opened}
            permitted = self.boundaries.with_all(given, *rules, *others)
            yield from [permitted] if permitted is not None else []

    def _settled(self, said: Said, base: Said) -> Said:
        """Return a whole person: answers of questions that apply, those that are lacking as far as they permit."""
        whole: dict[str, Tested] = {}
        for name, values in self.boundaries.values.items():
            if self.boundaries.applies(name, whole):
                asked = [value for one in (said, base) if (value := one.get(name)) is not None]
                whole[name] = asked[0] if asked else self._permitted(name, values, whole)
        return whole

    def _permitted(self, name: str, values: Sequence[Tested], said: Said) -> Tested:
        """Return the first answer that no criterion refuses yet, else the first."""
        bank = self.boundaries.space.bank
        rules = [self.rules[name] for name in self._common]
        people = ((value, Person(bank, {**said, name: value}, {})) for value in values)
        return next((value for value, one in people if _none_refuses(rules, one)), values[0])

    def _with_more(self, said: Said, meeting: Meeting) -> Said:
        """Return a person who still fits and shows a meeting, with answers changed that show more of what is left."""
        best, shown = said, self._shown(said)
        for name, values in self.boundaries.values.items():
            for value in values if name in best else ():
                tried = self._settled({**best, name: value}, best)
                count = self._shown(tried)
                if count > shown and meeting.shown_by(tried, self.boundaries.space.bank) and self._fits(tried):
                    best, shown = tried, count
        return best

    def _shown(self, said: Said) -> int:
        return sum(meeting.shown_by(said, self.boundaries.space.bank) for meeting in self.left)


def _none_refuses(rules: Iterable[Rule], person: Person) -> bool:
    return all(evaluate(rule, person) is not Truth.FALSE for rule in rules)
