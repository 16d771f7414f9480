"""The catalog: all clinical content that a service works from, as one immutable value."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from zoneinfo import ZoneInfo

from prescreen.catalog.assessment.answer_codec import Packing
from prescreen.catalog.assessment.fingerprints import fingerprint, trial_evidence
from prescreen.catalog.closures import NOTHING_CLOSED, Closures
from prescreen.catalog.figures import Figure
from prescreen.catalog.look.look import OUR_LOOK, Look
from prescreen.catalog.notices import OperatorNotice
from prescreen.catalog.redcap import BankCodes
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.text import DEFAULT_LANGUAGE, Text
from prescreen.eligibility.criteria.trials import RECRUITING, Site, Trial
from prescreen.eligibility.interview.priors import Observed
from prescreen.eligibility.interview.question_selection import Interview, RedFlag
from prescreen.eligibility.matching.planner import Marks, Planner

_STAMP = ""
"""The key of the stamp in the cache that otherwise holds evidence by trial id; no trial has an empty id."""
_MOST_KEPT = 100
"""Of so many trials the evidence is kept: that of a thousand is as large as all else in a process."""
EMERGENCY, REFERENCES = "emergency", "references"
"""The anchors of the sections of an article that pages treat apart."""
USUAL_HOME_COUNTRY = "US"
"""The home country of a catalog that names none."""


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact person, by phone or mail."""

    name: Text | None = None
    phone: str | None = None
    email: str | None = None
    hours: Text | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """The organization that runs this service. A sample service recruits for no real trial.

    Telephone numbers without a country code are numbers of the home country, a code of ISO 3166. `security_contact` is
    the address (a URI) to which weaknesses of this service may be told. A covered entity is one under HIPAA, whose
    notice is also an authorization.
    """

    name: Text
    operator: str
    contact: Contact
    languages: tuple[str, ...]
    timezone: ZoneInfo
    emergency: Mapping[str, str] = field(default_factory=dict)
    sample: bool = False
    home_country: str = USUAL_HOME_COUNTRY
    look: Look = OUR_LOOK
    security_contact: str | None = None
    covered_entity: bool = False

    @property
    def short_name(self) -> Text:
        """Return the name for the head of a page, where a long one breaks into lines on a phone."""
        return self.look.short_name or self.name

    @property
    def emergency_numbers(self) -> dict[str, tuple[str, ...]]:
        """Return each emergency number with the codes of the countries that have it, in the author's order."""
        numbers = dict.fromkeys(self.emergency.values())
        return {number: tuple(code for code, own in self.emergency.items() if own == number) for number in numbers}


@dataclass(frozen=True, slots=True)
class Section:
    """A part of an article that links can point to; the body is Markdown, in one language."""

    anchor: str
    heading: str
    body: str
    language: str = DEFAULT_LANGUAGE

    @property
    def is_emergency(self) -> bool:
        """Whether it lists what calls for an ambulance."""
        return self.anchor == EMERGENCY

    @property
    def lists_sources(self) -> bool:
        """Whether it lists what the article rests on; the numbers in brackets link to it."""
        return self.anchor == REFERENCES


@dataclass(frozen=True, slots=True)
class Article:
    """Background content in one language."""

    slug: str
    language: str
    title: str
    sections: tuple[Section, ...]
    reviewed: date | None = None
    sources: tuple[str, ...] = ()

    def section(self, anchor: str) -> Section | None:
        """Return the section with this anchor, if there is one."""
        return next((section for section in self.sections if section.anchor == anchor), None)


@dataclass(frozen=True, slots=True)
class Consent:
    """One version of the consent wording in one language: a section per purpose."""

    version: str
    language: str
    effective: date
    wordings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Condition:
    """One medical condition that the service covers. Registries call it by its `registry_terms`."""

    slug: str
    name: Text
    summary: Text | None = None
    opening_questions: tuple[str, ...] = ()
    red_flags: tuple[RedFlag, ...] = ()
    articles: tuple[str, ...] = ()
    urgent_sign: Text | None = None
    registry_terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Catalog:
    """All that was read from one criteria folder. A change replaces the whole catalog.

    `edition` is the number under which the folder was published; 0 where it was not.
    """

    service: Service
    bank: QuestionBank
    trials: Mapping[str, Trial]
    conditions: Mapping[str, Condition]
    articles: Mapping[tuple[str, str], Article]
    consents: Mapping[tuple[str, str], Consent]
    redcap_codes: BankCodes = field(default_factory=dict)
    figures: Mapping[str, Figure] = field(default_factory=dict)
    notices: Mapping[tuple[str, str], OperatorNotice] = field(default_factory=dict)
    observed: Observed = field(default_factory=dict, compare=False, repr=False)
    closures: Closures = field(default_factory=dict, compare=False, repr=False)
    edition: int = field(default=0, compare=False)
    _evidence: dict[str, str] = field(default_factory=dict, compare=False, repr=False)
    _planners: dict[str | None, Planner] = field(default_factory=dict, compare=False, repr=False)
    _about_another: list[QuestionBank] = field(default_factory=list, compare=False, repr=False)
    _packing: list[Packing] = field(default_factory=list, compare=False, repr=False)

    def bank_for(self, *, another: bool) -> QuestionBank:
        """Return the question bank, worded for the person or for someone who answers in the person's place.

        Answers mean the same under either wording. Fingerprints are those of `bank`.
        """
        if not another:
            return self.bank
        if not self._about_another:
            self._about_another.append(self.bank.worded_about_another())
        return self._about_another[0]

    @property
    def packing(self) -> Packing:
        """Return the packing of answers into cookies; it is made on first use."""
        if not self._packing:
            self._packing.append(Packing(self.bank))
        return self._packing[0]

    def observing(self, observed: Observed) -> "Catalog":
        """Return this catalog with statistics of earlier people, and with planners rebuilt from them.

        Only the order of questions depends on them. Requests that hold the old catalog are not affected.
        """
        fresh = replace(self, observed=observed, _planners={})
        for condition in tuple(self._planners):
            fresh.planner(condition)
        return fresh

    def closing(self, closures: Closures) -> "Catalog":
        """Return this catalog with what a registry closes now; itself where that is the same as before."""
        return self if closures == self.closures else replace(self, closures=closures)

    def status_of(self, trial: Trial) -> str:
        """Return the status of a trial: the registry's where that closes it, else the one of its file."""
        closed = NOTHING_CLOSED if self.closed_since(trial) is None else self.closures[trial.id]
        return closed.status or trial.status

    def closed_since(self, trial: Trial) -> date | None:
        """Return since when a trial takes nobody as its registry says; None where it may, as all do in a sample."""
        return None if self.service.sample else self.closures.get(trial.id, NOTHING_CLOSED).since

    def trials_for(self, condition: str | None) -> tuple[Trial, ...]:
        """Return the trials for a condition, or all trials and drafts where it is None, in the order of their ids."""
        published = (trial for trial in self.trials.values() if not trial.draft and condition in trial.conditions)
        return tuple(self.trials.values() if condition is None else published)

    def interview(self, condition: str | None) -> Interview:
        """Return the plan data of interviews about one condition, or about all trials."""
        return self.planner(condition).interview

    def planner(self, condition: str | None) -> Planner:
        """Return the planner of interviews about one condition, or about all trials; it is made on first use."""
        if condition not in self._planners:
            self._planners[condition] = Planner(self._interview(condition), self.observed)
        return self._planners[condition]

    def _interview(self, condition: str | None) -> Interview:
        chosen = [self.conditions[condition]] if condition else list(self.conditions.values())
        opening = dict.fromkeys(question for one in chosen for question in one.opening_questions)
        flags = tuple(flag for one in chosen for flag in one.red_flags)
        return Interview(self.bank, self.trials_for(condition), tuple(opening), flags)

    def stamped(self, stamp: str) -> "Catalog":
        """Return this catalog after giving it a stamp, by the files that it was read from."""
        self._evidence[_STAMP] = stamp
        return self

    @property
    def stamp(self) -> str:
        """Return a fingerprint of the catalog's exact content; where none was given, it is computed on first use."""
        if _STAMP not in self._evidence:
            conditions = [[getattr(one, part.name) for part in fields(one)] for one in self.conditions.values()]
            prose = [str(list(self.articles.values())), str(sorted(self.figures.items())), str(self.notices)]
            content = [self.bank, self.trials, conditions, *prose, str(self.service)]
            self._evidence[_STAMP] = fingerprint(content)[:16]
        return self._evidence[_STAMP]

    def evidence(self, trial: Trial) -> str:
        """Return the evidence of a trial: all that its determinations depend on. What was used last is kept."""
        kept = self._evidence.pop(trial.id, None) or trial_evidence(trial, self.bank)
        self._evidence[trial.id] = kept
        for oldest in [name for name in list(self._evidence) if name != _STAMP][:-_MOST_KEPT]:
            self._evidence.pop(oldest, None)
        return kept

    def article(self, slug: str, language: str) -> Article | None:
        """Return an article in a language, or in English where it has no translation."""
        return self.articles.get((slug, language)) or self.articles.get((slug, DEFAULT_LANGUAGE))

    def notice_parts(self, name: str, language: str) -> Mapping[str, str]:
        """Return the operator's parts of a notice in a language, each in English where it has no translation."""
        found = (self.notices.get((name, code)) for code in (DEFAULT_LANGUAGE, language))
        return {anchor: text for one in found if one for anchor, text in one.parts.items()}

    def consent(self, language: str, on: date) -> Consent | None:
        """Return the consent wording in force on a day, in a language or else in English."""
        in_force = [one for one in self.consents.values() if one.effective <= on]
        for wanted in (language, DEFAULT_LANGUAGE):
            spoken = [one for one in in_force if one.language == wanted]
            if spoken:
                return max(spoken, key=lambda one: (one.effective, one.version))
        return None

    def takes_leads(self, trial: Trial, on: date) -> bool:
        """Whether people may be referred to a trial today: it has an open site and its status was confirmed recently.

        A draft takes none, nor does a trial that a registry closes.
        In a sample neither status nor age of the confirmation matters.
        """
        is_open = self.service.sample or trial.is_confirmed_open(on)
        return is_open and not trial.draft and bool(self.open_sites(trial))

    def taking_leads(self, condition: str | None, on: date) -> Marks:
        """Return for each trial of an interview, in its order, whether it takes leads; worked out once a day."""
        key = (on, self.service.sample, frozenset(self.closures.items()))
        return self.planner(condition).marks(key, lambda trial: self.takes_leads(trial, on))

    def open_sites(self, trial: Trial) -> tuple[Site, ...]:
        """Return the sites that people may be referred to; a site without a status of its own has that of its trial.

        There are none where a registry closes the trial.
        """
        if self.service.sample:
            return trial.sites
        closed = self.closures.get(trial.id, NOTHING_CLOSED)
        if closed.since is not None:
            return ()
        recruiting = (site for site in trial.sites if (site.status or trial.status) == RECRUITING)
        return tuple(site for site in recruiting if site.id not in closed.sites)
