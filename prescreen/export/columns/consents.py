"""The consents of a referral in an export: in Python, from rows; in SQL, from the table.

Both iterate over the purposes and the ways to agree, so that a new one of either needs no change here.
"""

from collections.abc import Iterable, Sequence

from prescreen.storage.export.csv_copy import lateral, sealed
from prescreen.storage.participants.consents import StoredConsent
from prescreen.storage.participants.purposes import CHANNELS, GIVERS, GivenBy, Purpose

FURTHEST_FIRST = sorted(GivenBy, key=lambda by: -GIVERS[by].distance)
"""Where consents were given in several ways, the export names the way furthest from the person's own click."""

GIVEN_BY_MEANING = f"Who agreed: {'; '.join(f'{by} ({GIVERS[by].meaning})' for by in GivenBy)}"


def versions(agreed: Sequence[StoredConsent]) -> dict[str, str]:
    """Return the latest version of the wording agreed to, by purpose and in the order of purposes."""
    given = {purpose: [one.version for one in agreed if one.purpose is purpose] for purpose in Purpose}
    return {purpose.value: max(found) for purpose, found in given.items() if found}


def given_by(agreed: Sequence[StoredConsent]) -> GivenBy | None:
    """Return who agreed; of several, the first in `FURTHEST_FIRST`. None without any consent."""
    return min((one.given_by for one in agreed), key=FURTHEST_FIRST.index, default=None)


_LATEST = [f"max(c.version COLLATE \"C\") FILTER (WHERE c.purpose = '{one}') AS {one}" for one in Purpose]
_GIVERS = [f"bool_or(c.given_by = '{by}') AS by_{by}" for by in FURTHEST_FIRST]
AGREED = lateral(
    "c",
    f"SELECT {', '.join([*_LATEST, *_GIVERS])} FROM consent c "  # noqa: S608 - made only of the enumerations
    "WHERE c.lead_id = r.lead_id AND c.withdrawn_at IS NULL "
    "AND (c.trial_id IS NULL OR c.trial_id = r.trial_id) AND (c.site_id IS NULL OR c.site_id = r.site_id)",
)
"""The join with the consents in force that name this trial and site, or no site."""


def _joined(parts: Iterable[str]) -> str:
    return f"concat_ws('; ', {', '.join(parts)})"


CHANNELS_SQL = _joined(f"CASE WHEN c.{one} IS NOT NULL THEN '{one}' END" for one in CHANNELS)
VERSIONS_SQL = _joined(f"'{one}=' || c.{one}" for one in Purpose)
_CASES = " ".join(f"WHEN c.by_{by} THEN '{by}'" for by in FURTHEST_FIRST)
GIVEN_BY_SQL = f"CASE {_CASES} END"

_WAYS = " || ".join(f"CASE WHEN c.{one} IS NULL THEN '0' ELSE '1' END" for one in CHANNELS)
SEALED = sealed(_WAYS, AGREED)
"""The placeholder for identity; between id and contact it has one digit for each way of contact."""


def ways_in(digits: str) -> frozenset[Purpose]:
    """Return the ways of contact that these digits say were agreed to."""
    return frozenset(one for one, digit in zip(CHANNELS, digits, strict=True) if digit == "1")
