"""The head of a draft, as far as a source states it: title, summary, conditions, what taking part involves, sites."""

import re
from collections.abc import Iterator, Mapping
from datetime import date

from prescreen.catalog.base.schema import STATUSES
from prescreen.catalog.criteria.catalog import Condition
from prescreen.catalog.drafts.draft import DraftPractical, DraftSite
from prescreen.catalog.sources.source_record import SourceRecord, SourceSite
from prescreen.eligibility.criteria.dates import PartialDate, lies_ahead
from prescreen.eligibility.criteria.trials import Kind, Treatment
from prescreen.eligibility.criteria.typed_text import normalised
from prescreen.eligibility.registry_text.splitting import criteria_in
from prescreen.eligibility.wording.criterion_names import unique
from prescreen.eligibility.wording.glossary import made_plain

MOST_SITES = 600
"""A file holds no more sites than these beside its criteria; a remark says how many were left out."""
UNKNOWN = "UNKNOWN"
_MOST_SUMMARY = 400
_ID = re.compile(r"[^A-Za-z0-9_.-]+")
_NUMBER = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,15})?")


def id_of(record: SourceRecord) -> str:
    """Return the record's id in the letters that an id may have."""
    return _ID.sub("-", record.id).strip("-._") or "draft"


def title_of(record: SourceRecord) -> str:
    """Return the title of a record in one line."""
    return " ".join((record.title or record.official_title or record.id).split()) or "Draft"


def summary_of(record: SourceRecord) -> str | None:
    """Return the first sentences of a record's summary in plainer words, None where it has none."""
    words = made_plain(" ".join(record.summary.split()))
    if not words:
        return None
    if len(words) <= _MOST_SUMMARY:
        return words
    kept = words[:_MOST_SUMMARY]
    whole = max(kept.rfind(". "), kept.rfind("? "))
    return kept[: whole + 1] if whole > 0 else f"{kept.rpartition(' ')[0] or kept} ..."


def status_of(record: SourceRecord) -> str:
    """Return the record's status where the format knows it, else that it is unknown."""
    return record.status if record.status in STATUSES else UNKNOWN


def source_of(record: SourceRecord, on: date | None) -> Mapping[str, str]:
    """Return where the record is from, and how old its data are, unless these are of a day that lies ahead of `on`."""
    version = None if is_ahead(record, on) else record.version
    return {"registry": record.registry, **({"version": version} if version else {})}


def is_ahead(record: SourceRecord, on: date | None) -> bool:
    """Whether a record says that its data are of a day that lies ahead of `on`, which no published file may say."""
    try:
        day = PartialDate.parse(record.version or "").first
    except ValueError:
        # The name of a version, or none.
        return False
    return on is not None and lies_ahead(day, on)


def conditions_of(record: SourceRecord, conditions: Mapping[str, Condition]) -> tuple[str, ...]:
    """Return the conditions whose terms the record names among its conditions and keywords or in its title.

    A record that has none of these, such as a plain text of criteria, is about what its inclusions name.
    """
    told = (*record.conditions, *record.keywords, record.title)
    named = [_plain(words) for words in (told if any(told) else _inclusions(record))]
    return tuple(slug for slug, one in conditions.items() if any(_names(text, one) for text in named))


def _inclusions(record: SourceRecord) -> tuple[str, ...]:
    found = criteria_in(record.criteria_text) if record.criteria_text.strip() else ()
    return tuple(one.text for one in found if one.kind is Kind.INCLUSION)


def _names(text: str, condition: Condition) -> bool:
    return any(f" {_plain(term)} " in f" {text} " for term in condition.registry_terms)


def _plain(words: str) -> str:
    return " ".join(re.findall(r"\w+", words.casefold()))


_KINDS = {
    "DRUG": Treatment.MEDICINE,
    "BIOLOGICAL": Treatment.MEDICINE,
    "COMBINATION_PRODUCT": Treatment.MEDICINE,
    "DEVICE": Treatment.DEVICE,
    "BEHAVIORAL": Treatment.TALKING,
    "DIETARY_SUPPLEMENT": Treatment.OTHER,
    "RADIATION": Treatment.OTHER,
    "GENETIC": Treatment.OTHER,
}


def _named(words: str) -> re.Pattern[str]:
    return re.compile(words, re.IGNORECASE)


_WORDS = (
    (Treatment.INJECTION, _named(r"inject|nerve block|\bblock\b|epidural|infiltrat|botulinum")),
    (Treatment.SURGERY, _named(r"surg|ectomy|fusion|\boperation|arthroplast|decompression|endoscop|implantation")),
    (
        Treatment.EXERCISE,
        _named(r"exercis|physiotherap|physical therap|yoga|pilates|walking|stretch|training"),
    ),
    (
        Treatment.HANDS_ON,
        _named(r"massage|acupunct|manipulat|mobili[sz]ation|manual|chiropract|dry needling|osteopath"),
    ),
    (Treatment.TALKING, _named(r"educat|counsel|cognitive|psycholog|mindful|coaching|behaviou?r")),
)
_PLACEBO = re.compile(r"\b(?:placebo|sham|dummy)", re.IGNORECASE)


def practical_of(record: SourceRecord) -> DraftPractical:
    """Return the kinds of treatment that the record's interventions are, and whether one of them is a placebo."""
    real = [(kind, name) for kind, name in record.interventions if not _PLACEBO.search(name)]
    kinds = dict.fromkeys(kind for one in real for kind in _treatments(*one))
    has_placebo = len(real) < len(record.interventions)
    return DraftPractical(tuple(kinds), True if has_placebo else None)


def _treatments(kind: str, name: str) -> Iterator[Treatment]:
    told = next((treatment for treatment, words in _WORDS if words.search(name)), None)
    known = _KINDS.get(kind.strip().upper().replace(" ", "_"))
    if kind.strip().upper() in ("DRUG", "BIOLOGICAL") and told is Treatment.INJECTION:
        yield told
    elif known is not None:
        yield Treatment.EXERCISE if known is Treatment.TALKING and told is Treatment.EXERCISE else known
    elif told is not None:
        yield told


def sites_of(record: SourceRecord) -> tuple[DraftSite, ...]:
    """Return the record's sites with ids made of their cities, numbered where a city has several."""
    taken = set[str]()
    return tuple(_site(site, taken) for site in record.sites[:MOST_SITES])


def _site(site: SourceSite, taken: set[str]) -> DraftSite:
    entries = {
        "name": site.name.strip() or site.city or "Site",
        "city": site.city,
        "state": site.state,
        "country": site.country,
        "postal_code": site.postal_code,
        "latitude": _number(site.latitude),
        "longitude": _number(site.longitude),
        "status": site.status if site.status in STATUSES else None,
    }
    name = unique(_slug(site.city or "") or _slug(site.name) or "site", taken)
    return DraftSite(name, {key: value for key, value in entries.items() if value and value.strip()})


def _slug(words: str) -> str:
    plain = normalised(words.translate(_LETTERS), "NFKD").encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall("[a-z0-9]+", plain))[:40].rstrip("-")


_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "æ": "ae"})


def _number(text: str | None) -> str | None:
    return text if text and _NUMBER.fullmatch(text) else None


def remarks_of(record: SourceRecord, conditions: tuple[str, ...], on: date | None) -> tuple[str, ...]:
    """Return what an author should look at in the head of the draft."""
    return tuple(_remarks(record, conditions, on))


def _remarks(record: SourceRecord, conditions: tuple[str, ...], on: date | None) -> Iterator[str]:
    if is_ahead(record, on):
        yield f"version: the record says {record.version}, which lies ahead, so it is left out"
    yield "title and summary: put them into plain words, without a promise"
    if not conditions:
        yield "conditions: the record names none of this catalog's; a published trial has at least one"
    if record.status not in STATUSES:
        yield f"status: the record says '{record.status or 'nothing'}'; ask the team"
    if record.healthy_volunteers is False:
        yield "the record takes no healthy volunteers; this needs no rule where the criteria ask for the illness"
    if not record.sites:
        yield "sites: the record names none, and people can only be sent to a site"
    if len(record.sites) > MOST_SITES:
        yield f"sites: {MOST_SITES} of {len(record.sites)} are written; the file has no room for more"
    yield from record.told
