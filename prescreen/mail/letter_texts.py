"""Letters as plain texts in texts/, one folder a language, with the subject in the first line.

Whole texts rather than sentences of a translation catalog: a translator sees the whole letter.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from babel.dates import format_date, format_time, get_timezone_location, get_timezone_name
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from prescreen.catalog.criteria.catalog import Catalog
from prescreen.eligibility.criteria.text import DEFAULT_LANGUAGE
from prescreen.storage.mail.outbox import Letter, LetterKind
from prescreen.storage.referrals.referrals import StoredReferral
from prescreen.workflow.participants.data_subject_rights import HeldData
from prescreen.workflow.participants.private_links import ANSWER_LASTS, LINK_LASTS

TEXTS = Path(__file__).parent / "texts"


@dataclass(frozen=True, slots=True)
class LetterWriter:
    """Writes letters about the trials of a catalog; links begin with `address`, which has no slash at its end."""

    catalog: Catalog
    address: str

    def confirmation(self, held: HeldData, confirm: str, not_me: str, *, anew: bool, erases_all: bool = True) -> Letter:
        """Ask for confirmation of the address without naming a condition.

        `anew`: it replaces another address; `erases_all`: the answer "not me" deletes more than the address.
        """
        doors = {"confirm": f"{self.address}/my/confirm/{confirm}", "not_me": f"{self.address}/my/not-me/{not_me}"}
        name, days = "confirm_new" if anew else "confirm", ANSWER_LASTS.days
        return self._letter(held, name, days=days, erases_all=erases_all, **doors)

    def receipt(self, held: HeldData, token: str) -> Letter:
        """Say what was stored and what happens next."""
        standing = [one for one in held.referrals if one.withdrawn_at is None]
        chosen = [self._chosen(one, self.language(held)) for one in standing]
        return self._letter(held, LetterKind.RECEIPT, chosen=chosen, sample=held.is_test, **self._way_back(token))

    def links(self, found: Sequence[tuple[HeldData, str]]) -> Letter:
        """Return one letter with the links of all submissions under one address, in the language of the first."""
        links = [{"reference": held.reference, "link": self._way_back(token)["link"]} for held, token in found]
        return self._letter(found[0][0], LetterKind.LINK, links=links, days=LINK_LASTS.days)

    def address_changed(self, held: HeldData) -> Letter:
        """Tell the old address that another replaces it.

        It has no links: the old mailbox may have another owner by now.
        """
        return self._letter(held, LetterKind.ADDRESS_CHANGED)

    def ended(self, held: HeldData, referral: StoredReferral, token: str) -> Letter:
        """Say that a referral ended, and how."""
        chosen = self._chosen(referral, self.language(held))
        return self._letter(held, LetterKind.ENDED, state=referral.state.value, **chosen, **self._way_back(token))

    def taken_over(self, held: HeldData, before: StoredReferral, now: StoredReferral, token: str) -> Letter:
        """Say that another site of the trial took over from one that did not answer."""
        chosen = self._chosen(now, self.language(held))
        return self._letter(held, LetterKind.TAKEN_OVER, before=before.site_name, **chosen, **self._way_back(token))

    def invited(self, held: HeldData, trial_id: str, token: str, opt_out: str) -> Letter:
        """Tell of a trial that may fit; mail programs can end such letters with the token `opt_out`."""
        title = self._title(trial_id, self.language(held))
        letter = self._letter(held, LetterKind.INVITED, title=title, **self._way_back(token))
        # RFC 8058, 3.1: one click needs HTTPS.
        one_click = self.address.startswith("https://")
        return replace(letter, unsubscribe=f"{self.address}/my/no-more/{opt_out}", one_click=one_click)

    def call_reminder(self, held: HeldData, referral: StoredReferral, at: datetime, token: str) -> Letter:
        """Remind of a call by a team; its time is that of the service's time zone, which the letter names."""
        when = _time_words(at.astimezone(self.catalog.service.timezone), self.language(held))
        chosen = self._chosen(referral, self.language(held))
        words = {"title": chosen["title"], "site": chosen["site"], **when}
        return self._letter(held, LetterKind.CALL_REMINDER, **words, **self._way_back(token))

    def account_address(self, token: str) -> str:
        """Return the URL of the page where an account is made."""
        return f"{self.address}/recruiter/join/{token}"

    def account_invited(self, recipient: str, token: str, days: int) -> Letter:
        """Invite a member of staff to make an account; in English, like all staff pages."""
        service = self.catalog.service
        words = {"service": str(service.name), "operator": service.operator}
        template = _texts().get_template("staff/account.txt")
        subject, _, text = template.render(link=self.account_address(token), days=days, **words).partition("\n")
        return Letter(service.contact.email or "", recipient, subject.strip(), text.strip() + "\n")

    def language(self, held: HeldData) -> str:
        """Return the language that the person asked for, else that of the consent page, else English."""
        wanted = [held.contact.language, *(one.language for one in held.consents[-1:])]
        spoken = [code for code in self.catalog.service.languages if (TEXTS / code).is_dir()]
        return next((code for code in wanted if code in spoken), DEFAULT_LANGUAGE)

    def _way_back(self, token: str) -> dict[str, Any]:
        return {"link": f"{self.address}/my/{token}", "days": LINK_LASTS.days}

    def _chosen(self, referral: StoredReferral, language: str) -> dict[str, Any]:
        trial = self.catalog.trials.get(referral.trial_id)
        sites = [site for site in trial.sites if site.id == referral.site_id] if trial else []
        reply_within = sites[0].reply_within if sites else None
        return {
            "title": self._title(referral.trial_id, language),
            "site": referral.site_name,
            "reply_within": reply_within,
        }

    def _title(self, trial_id: str, language: str) -> str:
        trial = self.catalog.trials.get(trial_id)
        return trial.title.in_language(language) if trial else trial_id

    def _letter(self, held: HeldData, name: str, **words: Any) -> Letter:
        service, language = self.catalog.service, self.language(held)
        contact = " · ".join(one for one in (service.contact.phone, service.contact.email) if one)
        about = {"operator": service.operator, "contact": contact, "reference": held.reference}
        subject, text = written(f"{language}/{name}.txt", **about, **words)
        return Letter(service.contact.email or "", held.contact.email, subject, text)


def written(file: str, **words: Any) -> tuple[str, str]:
    """Return the subject and the text of the letter in a file of texts/."""
    subject, _, text = _texts().get_template(file).render(**words).partition("\n")
    return subject.strip(), text.strip() + "\n"


def _time_words(local: datetime, language: str) -> dict[str, str]:
    """Return the day, the time of day and the name of its time zone, in a language."""
    words = {
        "day": format_date(local, "full", language),
        "time": format_time(local, "short", locale=language),
        "zone": _zone_name(local, language),
    }
    # CLDR joins "3:00" and "PM" by a space that plain mail programs may not show.
    return {name: text.replace("\N{NARROW NO-BREAK SPACE}", " ") for name, text in words.items()}


def _zone_name(local: datetime, language: str) -> str:
    """Return what people call the time zone of a time; where that is a bare offset, the place whose clocks it is.

    >>> from zoneinfo import ZoneInfo
    >>> [_zone_name(datetime(2026, 12, 1, tzinfo=ZoneInfo(one)), "en") for one in ("America/Chicago", "Asia/Kolkata")]
    ['Central Standard Time', 'India Time']
    """
    name = get_timezone_name(local, locale=language)
    bare = name.startswith(("GMT+", "GMT-", "UTC+", "UTC-"))
    return get_timezone_location(local, locale=language) if bare else name


@cache
def _texts() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEXTS),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - plain text, never shown as HTML
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
