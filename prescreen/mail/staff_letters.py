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
        """Say how many referrals came in since the last digest, and how many are overdue."""
        return self._letter("digest", recruiter, counts)

    def _letter(self, name: str, recruiter: Account, counts: Sequence[PlaceCount]) -> Letter:
        trials, service = {one.trial_id for one in counts}, self.catalog.service
        subject, text = written(
            f"staff/{name}.txt",
            name=recruiter.name,
            operator=service.operator,
            places=[self._place(one) for one in counts],
            total=sum(one.new for one in counts),
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
            "overdue": one.overdue,
            "title": str(trial.title) if trial else "a trial",
            "trial_id": one.trial_id,
            "site": names[0] if names else one.site_id,
        }
