"""The privacy notice: written from what the code does, its settings, and the operator's own parts of the catalog.

It holds nothing of a visitor, and no trial by name, so that it changes only when the service or its operator does.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from flask_babel import gettext as _

from prescreen.catalog.criteria.catalog import Contact, Section
from prescreen.catalog.notices import PRIVACY, PrivacyPart
from prescreen.retention_periods import Kept as Over
from prescreen.storage.participants.consents import fingerprint_of
from prescreen.storage.participants.purposes import PURPOSES
from prescreen.web.base.cookies import VISIT
from prescreen.web.base.language import language, say
from prescreen.web.base.request_context import catalog, kept_with_catalog, resources
from prescreen.web.notices.consent_wording import CAME_FROM, USED_FOR
from prescreen.web.notices.cookie_wording import cookie_lines, time_words
from prescreen.web.notices.kept_wording import CONTACT_FIELDS, KEPT, Kept
from prescreen.web.notices.reader_wording import IN_LISTS, READERS, seen_by

_KEPT_NOTICES = "prescreen.notices"
_DIGITS = 8
_NO_BREAK = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class PrivacyNotice:
    """The notice in one language: in sections, and as one Markdown text that is kept as evidence, with its digest."""

    sections: tuple[Section, ...]
    text: str
    sha256: str

    @property
    def version(self) -> str:
        """Return the beginning of the digest, as people are shown it."""
        return version_of(self.sha256)


def version_of(sha256: str) -> str:
    """Return the beginning of a notice's digest, as people are shown it."""
    return sha256[:_DIGITS]


def privacy_notice() -> PrivacyNotice:
    """Return the notice in the language of this request; it is written once for a catalog and a language."""
    kept: dict[str, PrivacyNotice] = kept_with_catalog(_KEPT_NOTICES)
    if language() not in kept:
        kept[language()] = _written(tuple(_sections()))
    return kept[language()]


def _written(sections: tuple[Section, ...]) -> PrivacyNotice:
    text = "\n\n".join(f"## {one.heading}\n\n{one.body}" for one in sections)
    return PrivacyNotice(sections, text, fingerprint_of(text))


def _sections() -> Iterator[Section]:
    yield _section("who", _("Who is behind this service"), *_who())
    yield _section("before", _("Before you send anything"), *_before())
    yield _section("purposes", _("What we use your data for"), *_purposes())
    yield _section("sources", _("Where your data comes from"), _listed(map(str, CAME_FROM.values())))
    yield _section("kept", _("What we keep, and for how long"), *_kept())
    yield _section("readers", _("Who can see it"), *_readers())
    yield _section("recipients", _("Who gets it"), *_recipients())
    yield _section("cookies", _("Cookies"), *_cookies())
    yield _section("decisions", _("What the computer does"), *_decisions())
    yield _section("rights", _("Your rights"), *_rights())
    if catalog().service.covered_entity:
        yield _section("authorization", _("Permission to share health details"), *_authorization())
    yield _section("changes", _("When this notice changes"), _changes())


def _section(anchor: str, heading: str, *paragraphs: str) -> Section:
    return Section(anchor, heading, "\n\n".join(one for one in paragraphs if one), language())


def _listed(lines: Iterator[str] | list[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _own(part: PrivacyPart) -> str:
    """Return the operator's own words for a part; empty where the catalog has none."""
    return catalog().notice_parts(PRIVACY, language()).get(part, "")


def _who() -> Iterator[str]:
    service = catalog().service
    yield _("%(operator)s runs this service.", operator=service.operator) + " " + _reached(service.contact)
    yield _own(PrivacyPart.CONTROLLER)
    yield _own(PrivacyPart.PROTECTION_CONTACT)


def _reached(contact: Contact) -> str:
    whom, phone = say(contact.name) if contact.name else "", (contact.phone or "").replace(" ", _NO_BREAK)
    ways = " / ".join(one for one in (whom, phone, contact.email) if one)
    return _("You can reach us here: %(ways)s.", ways=ways)


def _before() -> Iterator[str]:
    hours = time_words(VISIT)
    yield _(
        "Your answers stay in your browser, in one locked cookie. They are gone %(hours)s after your last answer. "
        "We do not store them.",
        hours=hours,
    )
    if resources().counters is not None:
        yield _("We count by month how often a question is answered and a page is seen. The counts show no one.")
    yield _("We use your network address to slow down floods of requests. It is not stored with what you send.")


def _purposes() -> Iterator[str]:
    yield _("We use your data for what you agree to. Each use has its own box to tick:")
    yield _listed([str(USED_FOR[purpose]) for purpose in PURPOSES])
    yield _("The legal basis is your consent. As your answers are about your health, we ask for it in clear words.")
    yield _own(PrivacyPart.LEGAL_BASIS)
    yield _(
        "You do not have to send us anything. Without a name and one way to reach you, no team can get in touch. "
        "It changes nothing else."
    )


def _kept() -> Iterator[str]:
    details = ", ".join(map(str, CONTACT_FIELDS.values()))
    told = {kept: f"**{words.what}.** {words.how_long}" for kept, words in KEPT.items()}
    told[Kept.CONTACT] = f"**{KEPT[Kept.CONTACT].what}:** {details}. {KEPT[Kept.CONTACT].how_long}"
    if (letters := _period(Over.LETTERS)) is not None:
        words = _("They stay for %(days)s days, or until you delete.", days=letters.days)
        told[Kept.LETTERS] = f"**{KEPT[Kept.LETTERS].what}.** {words}"
    yield _listed(list(told.values()))
    if over := list(_over()):
        yield _("We erase all of it by ourselves:")
        yield _listed(over)
    if catalog().service.sample and (test := _period(Over.TEST)) is not None:
        days = time_words(test)
        yield _("This is a sample. What you send is marked as a test and can be erased after %(days)s.", days=days)
    yield _own(PrivacyPart.RETENTION)


def _period(over: Over) -> timedelta | None:
    days = resources().settings.retention[over]
    return None if days is None else timedelta(days=days)


def _over() -> Iterator[str]:
    """Yield when people who are over are deleted, as the settings say."""
    if (period := _period(Over.WITHDRAWN)) is not None:
        yield _("%(days)s after you took back all that you agreed to.", days=time_words(period))
    if (period := _period(Over.ENDED)) is not None:
        yield _(
            "%(days)s after the last of your trials ended for you, if you do not want to hear of later ones.",
            days=time_words(period),
        )
    if (period := _period(Over.UNCONFIRMED)) is not None:
        yield _(
            "%(days)s after you sent it, if an email address is the only way to reach you, you never said that it is "
            "yours, and no team has begun.",
            days=time_words(period),
        )


def _readers() -> Iterator[str]:
    yield _("Each person who works with this service has an account with a role. The role says what they can see:")
    yield _listed([f"**{words}:** {'; '.join(seen_by(role))}." for role, words in READERS.items()])
    yield _("A team can take lists out of this service. Such a list can hold:")
    yield _listed(map(str, IN_LISTS.values()))
    yield _("Each look at your details and each list is on record. Your own page tells you when a team saw them.")


def _recipients() -> Iterator[str]:
    yield _(
        "When you tick a trial and a site, the team there gets your details and the answers that this trial uses. "
        "No other trial gets them. The site can be in another country. The form names each site before you tick it."
    )
    yield _("The team may share what it got with the sponsor of its trial. Its own papers tell you how.")
    yield _listed(list(_helpers()))
    yield _own(PrivacyPart.PROCESSORS)
    yield _own(PrivacyPart.TRANSFERS)


def _helpers() -> Iterator[str]:
    settings = resources().settings
    if settings.mail_url is not None:
        yield _("A mail service delivers our emails. It sees your email address and the email.")
    else:
        yield _("This service sends no emails, so no mail service gets your address.")
    if settings.registry is not None:
        yield _("We ask a public list of trials for news about the trials. Nothing about you goes there.")
    yield _("Our pages load nothing from other sites. How far away a site is we work out here.")


def _cookies() -> Iterator[str]:
    yield _(
        "A cookie is a small note in your browser. We set only those that the pages need to work. None of them follows "
        "you to other sites."
    )
    yield _listed(cookie_lines())
    clear = _("Clear my answers")
    yield _("You can erase them at any time, in your browser or with “%(clear)s”.", clear=clear)


def _decisions() -> Iterator[str]:
    yield _(
        "A computer holds your answers against the rules of each trial. It tells you which trials may fit. It does not "
        "decide who can take part. Only the team of a trial does that, and it talks with you first."
    )


def _rights() -> Iterator[str]:
    yield _("You can do these things on your own page. Your private link opens it.")
    yield _listed(
        [
            _("See all that we hold about you, and who saw it."),
            _("Take a copy with you, in a file that other programs can read."),
            _("Correct your details."),
            _("Take back what you agreed to: one box, one trial, or all of it. What was done before stays lawful."),
            _("Have all of it erased."),
        ]
    )
    yield _("You can also call or write to us. You can ask us to use your data less, or say that you object.")
    yield _own(PrivacyPart.AUTHORITY) or _("You can complain to the office that guards data rights where you live.")


def _authorization() -> Iterator[str]:
    operator = catalog().service.operator
    yield _("With the box “share my details” you also give %(operator)s this permission:", operator=operator)
    yield _listed(
        [
            _("What is shared: your contact details, and your answers about your health that the trials you tick use."),
            _("Who shares it: %(operator)s.", operator=operator),
            _("Who gets it: the teams at the sites that you tick."),
            _("What for: to find out with you if a trial fits."),
            _("How long: until you take it back or have your data erased."),
            _("How to take it back: on your own page, or in a letter to us. It does not undo what was shared before."),
            _("Your care does not depend on it. No one may treat you less well if you say no."),
            _("Those who get it may share it further. The law may then protect it less."),
            _("You can keep a copy of this permission: it stays on your own page."),
        ]
    )
    yield _own(PrivacyPart.AUTHORIZATION)


def _changes() -> str:
    return _(
        "This notice is made from what the service really does, so it changes when the service does. The version that "
        "you were shown when you agreed to something stays on your own page."
    )
