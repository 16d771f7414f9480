"""Wording about trials in the language of the page: countries, places, status and phase."""

from collections.abc import Iterable
from functools import cache

from babel import Locale
from babel.lists import format_list
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from prescreen.eligibility.criteria.text import DEFAULT_LANGUAGE
from prescreen.eligibility.criteria.trials import RECRUITING, Site, Treatment, Trial
from prescreen.web.base.formatting import day
from prescreen.web.base.language import language
from prescreen.web.base.request_context import catalog, kept_with_catalog, today

_MOST_NAMED = 3
_KEPT = "prescreen.not_open"
"""What is kept of a day: the words about each trial, by language."""
_WITH_ARTICLE = frozenset({"AE", "BS", "CF", "DO", "EU", "GB", "GM", "NL", "PH", "US"})
"""Countries that English names with "the" inside a sentence."""
_OTHER_NAMES = {"Korea, Republic of": "KR", "Russian Federation": "RU", "Turkey": "TR", "Viet Nam": "VN"}
"""Names of countries that registries use and that differ from the usual English ones."""


def country(code: str) -> str:
    """Return the name of a country as used in a sentence, by its code; the code where there is no name."""
    name = _names(language()).get(code)
    if name is None:
        return code
    return f"the {name}" if language() == DEFAULT_LANGUAGE and code in _WITH_ARTICLE else name


def name_of_country(code: str) -> str:
    """Return the name of a country in the page's language, by its code; the code where there is no name."""
    return _names(language()).get(code, code)


def countries(codes: Iterable[str]) -> str:
    """Return the names of countries as a list in a sentence, such as "Canada and Spain", by their codes."""
    return format_list([country(code) for code in codes], locale=language())


def land(name: str | None) -> str | None:
    """Return a country's English name from a trial's record in the page's language; an unknown name unchanged."""
    if name is None or language() == DEFAULT_LANGUAGE:
        return name
    return _names(language()).get(_codes().get(name, ""), name)


def code_of(name: str | None) -> str:
    """Return the code of a country, given its English name or code in a record; empty for an unknown one."""
    known = name or ""
    return _codes().get(known, known if known in _names(DEFAULT_LANGUAGE) else "")


def whereabouts(sites: Iterable[Site], most: int = _MOST_NAMED) -> str:
    """Return at most so many places of a trial, how many more there are, and the country if there is only one."""
    known = tuple(sites)
    places = list(dict.fromkeys(site.city for site in known if site.city))
    lands = {site.country for site in known if site.country}
    named = ", ".join(places[:most])
    rest = len(places) - most
    if rest > 0:
        named = ngettext("%(places)s and %(num)s more place", "%(places)s and %(num)s more places", rest, places=named)
    if not named or len(lands) != 1:
        return named
    return _("%(places)s, %(country)s", places=named, country=land(*lands))


@cache
def _names(code: str) -> dict[str, str]:
    return dict(Locale.parse(code).territories)


@cache
def _codes() -> dict[str, str]:
    return {name: code for code, name in _names(DEFAULT_LANGUAGE).items()} | _OTHER_NAMES


_STATUSES = {
    "RECRUITING": lazy_gettext("recruiting"),
    "NOT_YET_RECRUITING": lazy_gettext("not yet recruiting"),
    "ENROLLING_BY_INVITATION": lazy_gettext("enrolling by invitation"),
    "ACTIVE_NOT_RECRUITING": lazy_gettext("active, not recruiting"),
    "SUSPENDED": lazy_gettext("suspended"),
    "TERMINATED": lazy_gettext("terminated"),
    "COMPLETED": lazy_gettext("completed"),
    "WITHDRAWN": lazy_gettext("withdrawn"),
    "UNKNOWN": lazy_gettext("unknown"),
}
_PHASES = {"NA": lazy_gettext("does not apply"), "EARLY_PHASE1": lazy_gettext("early 1")}

TREATMENT_WORDS = {
    Treatment.MEDICINE: lazy_gettext("medicine"),
    Treatment.INJECTION: lazy_gettext("a shot or another injection"),
    Treatment.SURGERY: lazy_gettext("surgery"),
    Treatment.DEVICE: lazy_gettext("a device or machine"),
    Treatment.EXERCISE: lazy_gettext("exercise"),
    Treatment.HANDS_ON: lazy_gettext("hands or needles, such as massage or acupuncture"),
    Treatment.TALKING: lazy_gettext("talking, learning or relaxing"),
    Treatment.OTHER: lazy_gettext("something else"),
}


def status_words(status: str) -> str:
    """Return the status of a trial in words, given the registry's term."""
    return str(_STATUSES.get(status, status))


def not_open_words(trial: Trial) -> str:
    """Return in a few words that a trial does not look for people now; empty where it does.

    A sample lets people try the next steps with a trial that is closed, so these words stand beside what it offers.
    """
    on, known = today(), kept_with_catalog(_KEPT)
    if known.get("on") != on:
        known.clear()
        known["on"] = on
    key = (trial.id, language())
    words: str | None = known.get(key)
    if words is None:
        words = known[key] = _not_open_words(trial)
    return words


def _not_open_words(trial: Trial) -> str:
    if trial.is_confirmed_open(today()) and catalog().open_sites(trial):
        return ""
    return _("Not confirmed lately") if _is_only_stale(trial) else _("Not open now")


def not_open_sentence(trial: Trial, *, is_offered: bool) -> str:
    """Return the same in a sentence, with what can be done; empty where the trial looks for people now."""
    if not not_open_words(trial):
        return ""
    if is_offered:
        return _(
            "This is an old record, and its team looks for nobody now. In this sample you can still try the next step."
        )
    if trial.is_confirmed_open(today()) and (since := catalog().closed_since(trial)):
        return _("The registry says that this trial takes no new people since %(day)s.", day=day(since))
    if _is_only_stale(trial):
        return _("The team has not confirmed lately that this trial is open. Ask the team.")
    return _("This trial is not open now.")


def _is_only_stale(trial: Trial) -> bool:
    return trial.status == RECRUITING and trial.is_stale(today())


def phase_words(phase: str) -> str:
    """Return the phase of a trial in short, such as "1/2" for PHASE1/PHASE2."""
    return str(_PHASES.get(phase, phase.replace("PHASE", "")))
