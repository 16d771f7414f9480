"""A criteria folder whose trial is made from the record of tests/catalog/sources/records.py, word for word."""

from collections.abc import Mapping
from datetime import date

from tests.catalog import folders

TRIAL = "NCT01234567"
FILE = f"trials/{TRIAL}.yaml"
VERSION = "2024-04-18"
SITES = '{id: leeds, name: Example Hospital, city: Leeds, postal_code: "LS1 3EX", country: United Kingdom}'
_QUOTES = {
    "adult": "# Record (minimumAge): 18 Years\n  # Record (maximumAge): 70 Years",
    "leg-pain": "# Record: Leg pain for at least 6 weeks",
    "pregnant": "# Record: Pregnant women",
}


def trial_file(confirmed: date | str = "2026-11-01", *, version: str = VERSION, quotes: bool = True) -> str:
    """Return the text of the trial's file."""
    text = folders.FILES[folders.TRIAL].replace("id: T1", f"id: {TRIAL}", 1)
    text = text.replace("confirmed: 2026-11-01", f"confirmed: {confirmed}")
    text = text.replace("sites: [{id: leeds, name: Leeds Hospital}]", f"sites: [{SITES}]")
    text = text.replace(
        "inclusion:\n", f"source: {{registry: ClinicalTrials.gov, version: {version}}}\ninclusion:\n", 1
    )
    for name, quote in _QUOTES.items() if quotes else ():
        text = text.replace(f"  - id: {name}\n", f"  {quote}\n  - id: {name}\n", 1)
    return text


def files(trial: str) -> Mapping[str, str | None]:
    """Return what of the small folder must be replaced, so that this text is its trial."""
    return {folders.TRIAL: None, FILE: trial}
