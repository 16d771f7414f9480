"""Letters to the teams of trials: how many referrals wait and where, never whose. In English, like staff pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from prescreen.catalog.criteria.catalog import Catalog
from prescreen.mail.letter_texts import written
from prescreen.storage.accounts.recruiters import Account
from prescreen.storage.mail.outbox import Letter
from prescreen.storage.mail.referral_alerts import PlaceCount


@dataclass(frozen=True, slots=True)
class StaffLetterWriter:
    """Writes letters about the trials of a catalog; links begin with `address`, which has no slash at its end."""

    catalog: Catalog
    address: str

    @property
    def timezone(self) -> ZoneInfo:
        """Return the time zone in which digests are sent in the morning."""
        return self.catalog.service.timezone

    def news(self, recruiter: Account, counts: Sequence[PlaceCount]) -> Letter:
        """Say how many new referrals came in."""
        return self._letter("news", recruiter, counts)

    def digest(self, recruiter: Account, counts: Sequence[PlaceCount]) -> Letter:
        """Say how many referrals came in since the last digest, and how many are late or due today."""
        return self._letter("digest", recruiter, counts)

    def _letter(self, name: str, recruiter: Account, counts: Sequence[PlaceCount]) -> Letter:
        trials, service = {one.trial_id for one in counts}, self.catalog.service
        subject, text = written(
            f"staff/{name}.txt",
            name=recruiter.name,
            operator=service.operator,
            places=[self._place(one) for one in counts],
            total=sum(one.new for one in counts),
            told=_in_words(_sum(counts)),
            overdue=sum(one.overdue for one in counts),
            trial=next(iter(trials)) if len(trials) == 1 else "",
            link=f"{self.address}/recruiter/",
        )
        # Which letters are sent, if any, is chosen there, by the person alone: not by one click of a mail program.
        account = f"{self.address}/recruiter/account"
        return Letter(service.contact.email or "", recruiter.email, subject, text, unsubscribe=account)

    def _place(self, one: PlaceCount) -> dict[str, Any]:
        trial = self.catalog.trials.get(one.trial_id)
        names = [site.name for site in trial.sites if site.id == one.site_id] if trial else []
        return {
            "new": one.new,
            "told": _in_words(one),
            "title": str(trial.title) if trial else "a trial",
            "trial_id": one.trial_id,
            "site": names[0] if names else one.site_id,
        }


_WORDS = {
    "new": ("new referral", "new referrals"),
    "overdue": ("overdue", "overdue"),
    "due": ("reply due today", "replies due today"),
    "call_back": ("to call back", "to call back"),
    "reminder": ("reminder of yours", "reminders of yours"),
}
"""The numbers of `PlaceCount` in words, for one and for more."""


def _sum(counts: Sequence[PlaceCount]) -> PlaceCount:
    return PlaceCount("", "", **{name: sum(getattr(one, name) for one in counts) for name in _WORDS})


def _in_words(one: PlaceCount) -> str:
    """Return the numbers that are not 0, in words.

    >>> _in_words(PlaceCount("T", "leeds", overdue=1, call_back=2))
    '1 overdue, 2 to call back'
    """
    numbers = {name: getattr(one, name) for name in _WORDS}
    return ", ".join(f"{number} {_WORDS[name][number > 1]}" for name, number in numbers.items() if number)
