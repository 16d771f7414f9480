"""What is kept of a person, where, and for how long, in the words of the privacy notice.

Each table of the database belongs to one kind of data here, or holds nothing of visitors and participants.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from prescreen.workflow.participants.confirmation_limits import DISOWNED_FOR
from prescreen.workflow.participants.private_links import ANSWER_LASTS


class Kept(StrEnum):
    """A kind of data that is kept of a person, or that a person wrote."""

    CONTACT = "contact"
    CONSENTS = "consents"
    ANSWERS = "answers"
    REFERRALS = "referrals"
    TEAM_NOTES = "team_notes"
    INVITATIONS = "invitations"
    LETTERS = "letters"
    MAILBOXES = "mailboxes"
    SUBMISSIONS = "submissions"
    TRAIL = "trail"
    COUNTS = "counts"
    FEEDBACK = "feedback"
    NETWORKS = "networks"


@dataclass(frozen=True, slots=True)
class KeptWords:
    """One kind of data: the tables that hold it, what it is, and how long it stays."""

    tables: tuple[str, ...]
    what: LazyString
    how_long: LazyString


KEPT: Mapping[Kept, KeptWords] = {
    Kept.CONTACT: KeptWords(
        ("lead", "search_token"),
        lazy_gettext("Your contact details"),
        lazy_gettext("They are stored locked. They stay until you delete them."),
    ),
    Kept.CONSENTS: KeptWords(
        ("consent", "consent_wording"),
        lazy_gettext("What you agreed to, when, and the words you were shown"),
        lazy_gettext("This stays as proof. Once you delete your data, it has no name in it."),
    ),
    Kept.ANSWERS: KeptWords(
        ("answer", "packed_answers"),
        lazy_gettext("Your answers, with the day you gave each one"),
        lazy_gettext(
            "An answer stays as long as a trial that you chose uses it. If you want to hear of later trials, all of "
            "them stay until you stop that."
        ),
    ),
    Kept.REFERRALS: KeptWords(
        ("referral", "criteria_evidence"),
        lazy_gettext("The trials and sites you chose, what your answers mean for each, and how far things got"),
        lazy_gettext(
            "When you withdraw, what your answers mean is erased. A note stays that someone withdrew, without a name."
        ),
    ),
    Kept.TEAM_NOTES: KeptWords(
        ("log_entry", "call_reminder", "referral_change", "referral_tag", "referral_tick", "reminder"),
        lazy_gettext("What a team writes down about its calls with you"),
        lazy_gettext("Its words are erased when you withdraw or delete."),
    ),
    Kept.INVITATIONS: KeptWords(
        ("invitation",),
        lazy_gettext("The later trials that we told you about, and what you said to them"),
        lazy_gettext(
            "Those that wait for you are erased when you stop hearing of later trials, the rest when you delete."
        ),
    ),
    Kept.LETTERS: KeptWords(
        ("outbox",),
        lazy_gettext("The emails that we send you"),
        lazy_gettext("They stay until you delete."),
    ),
    Kept.MAILBOXES: KeptWords(
        ("mailbox",),
        lazy_gettext("A scrambled form of your email address, so that no one can be sent too many emails"),
        lazy_gettext(
            "It stays for %(asked)s days, or for %(refused)s days if the owner says that the address is not yours.",
            asked=ANSWER_LASTS.days,
            refused=DISOWNED_FOR.days,
        ),
    ),
    Kept.SUBMISSIONS: KeptWords(
        ("submission",),
        lazy_gettext("A code that shows if the same form comes in twice"),
        lazy_gettext("It stays. It does not show who you are or what you wrote."),
    ),
    Kept.TRAIL: KeptWords(
        ("audit_event", "audit_link", "audit_mention", "export_run"),
        lazy_gettext("A record of who opened, changed or took out what, and when"),
        lazy_gettext("It stays, so that it can be checked. It holds no name and none of your answers."),
    ),
    Kept.COUNTS: KeptWords(
        ("counter",),
        lazy_gettext("Counts by month, such as how often a question was answered"),
        lazy_gettext("They stay. They show no one."),
    ),
    Kept.FEEDBACK: KeptWords(
        ("criterion_note",),
        lazy_gettext("Notes that you send us about a line that seems wrong"),
        lazy_gettext("They stay. They are not tied to you, so please name no one in them."),
    ),
    Kept.NETWORKS: KeptWords(
        ("visitor_posts",),
        lazy_gettext("A scrambled form of your network address, so that no one can flood us with forms"),
        lazy_gettext("It is erased soon after the last form from there."),
    ),
}
"""What is kept, in the order in which it is told."""

NOTHING_OF_VISITORS = frozenset(
    {
        *("recruiter", "recruiter_right", "recruiter_session", "recruiter_trial", "recovery_code", "saved_view"),
        *("account_invitation", "known_address", "known_browser", "sign_in_attempt"),
        *("criteria_edition", "heartbeat", "key_check", "registry_record"),
    }
)
"""The tables about staff, trials and the service itself."""

CONTACT_FIELDS: Mapping[str, LazyString] = {
    "name": lazy_gettext("your name"),
    "email": lazy_gettext("your email address"),
    "phone": lazy_gettext("your phone number"),
    "postal_code": lazy_gettext("your ZIP or postal code"),
    "best_time": lazy_gettext("the best time to call"),
    "language": lazy_gettext("the language you like to speak"),
}
"""The contact details, by the fields of `Contact`."""
