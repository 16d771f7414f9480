"""Two people with unmistakable details: one at a browser, one on the phone, and what they and their team do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from urllib.parse import quote

from flask.testing import FlaskClient

from tests.mailserver import Mailbox
from tests.privacy.wire import Answer, WireClient
from tests.web.doors import LEEDS, SLUG, TRIAL
from tests.web.markup import Element, read
from tests.web.office import sign_in
from tests.web.visitor import CONSENTS, Visitor

NAME = "Zoë Quáckenbüsch O'Kanári"
EMAIL = "zoe+wren@kanarienvogel-eins.example"
PHONE, DIGITS = "+1 617 555 0187", "6175550187"
POSTAL_CODE = "QX47-KYZ9"
CALLER = "Ägidius Wrénfeather-Pípit"
CALLERS_EMAIL = "aegidius+pipit@kanarienvogel-zwei.example"
CALLERS_PHONE, CALLERS_DIGITS = "+1 617 555 0139", "6175550139"
CALL_NOTE = "Hums the aria of the Königin & asks for Pamína's bell"
REMINDER = "Ring Ägidius before the Glockenspiel & the flute"
LOST_WORDS = "Moved to Papagénopolis & wants no calls"

SAID_IN_CLEAR = ("1357.25", "38003/4")
"""An answer, as typed and as it is stored."""

NEVER_IN_CLEAR = (
    *(NAME, "Quáckenbüsch", EMAIL, "kanarienvogel-eins", PHONE, DIGITS, POSTAL_CODE),
    *(CALLER, "Wrénfeather", CALLERS_EMAIL, "kanarienvogel-zwei", CALLERS_PHONE, CALLERS_DIGITS),
    *(CALL_NOTE, "Königin", REMINDER, "Glockenspiel"),
)
"""Contacts, and what a team writes of a person: encrypted wherever it is stored."""

NOTE_ON_A_CRITERION = "Is Schikaneder's disc a slipped one?"
"""What a visitor says of a criterion: it is about the trial, is stored in clear, and names nobody who left details."""

ANSWERED = {"numb": "no", "leg_pain": "yes", "age": "44", "sex": "male"}


@dataclass
class Crowd:
    """Those who come to a service at a port, and the mail server that gets its letters."""

    port: int
    box: Mailbox
    staff: FlaskClient = field(init=False)
    links: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.staff = self._client()

    def _client(self) -> FlaskClient:
        # What is used of one, the other has too.
        return cast(FlaskClient, WireClient(self.port))

    def comes(self) -> None:
        """Do all that people and their team do, errors included."""
        self._at_a_browser()
        self._on_the_phone()
        self._of_a_criterion()
        self._team()

    def _at_a_browser(self) -> None:
        visitor = Visitor(self._client(), SLUG)
        visitor.get(f"?utm_source={quote(NAME)}&q={quote(EMAIL)}")
        visitor.answers(ANSWERED)
        expect(visitor.answer("pain_duration", SAID_IN_CLEAR[0], unit="wk"), 303)
        contact = {"name": NAME, "email": EMAIL, "phone": PHONE, "postal_code": POSTAL_CODE, "language": "en"}
        form = visitor.interest_form(
            trial=TRIAL, **{f"site-{TRIAL}": LEEDS, "by-phone": "yes", "future": "yes"}, **CONSENTS, **contact
        )
        expect(visitor.post("/interest", {**form, "adult": ""}), 422)
        expect(visitor.post("/interest", {**form, "signature": "forged"}), 400)
        expect(visitor.post("/interest", form), 303)
        visitor.post("/interest", {**form, "name": f"{NAME} again"})
        visitor.get("/thanks")
        self._again(EMAIL)
        self._lost(NAME)

    def _again(self, email: str) -> None:
        client = self._client()
        client.get("/my/again")
        expect(client.post("/my/again", data={"email": email}), 200, 303)

    def _lost(self, name: str) -> None:
        """Open pages that there are not, under names that are."""
        for path in (f"/{quote(name)}", f"/my/{quote(name)}", f"/{SLUG}/results?near={quote(POSTAL_CODE)}"):
            self._client().get(path)
        self._client().post(f"/{quote(name)}", data={"name": name})

    def _on_the_phone(self) -> None:
        sign_in(self.staff, "not this one", email=CALLERS_EMAIL)
        expect(sign_in(self.staff), 303)
        path = f"/recruiter/enter/{TRIAL}/{LEEDS}"
        form = read(self.staff.get(path).text).one("form", action=path)
        typed = {f"q-{name}-answer": value for name, value in ANSWERED.items()}
        pain = {"q-pain_duration-answer": SAID_IN_CLEAR[0], "q-pain_duration-unit": "wk"}
        contact = {"name": CALLER, "phone": CALLERS_PHONE, "email": CALLERS_EMAIL, "language": "en"}
        agreed = {"adult": "yes", "share": "yes", "by-phone": "yes", "by-email": "yes"}
        sent = {**hidden(form), **typed, **pain, **contact, **agreed}
        expect(self.staff.post(path, data={**sent, "share": ""}), 422)
        expect(self.staff.post(path, data=sent), 303)

    def _of_a_criterion(self) -> None:
        visitor = Visitor(self._client(), SLUG)
        path = f"/trials/{TRIAL}/notes/0"
        form = visitor.page(path).one("form", action=f"/{SLUG}{path}")
        expect(visitor.post(path, {**hidden(form), "reason": "unclear", "text": NOTE_ON_A_CRITERION}), 303)

    def _team(self) -> None:
        for words in (NAME, CALLER, CALLERS_EMAIL):
            found = self._sent("/recruiter/search", "/recruiter/", q=words)
            expect(found, 200)
        referrals = sorted(
            set(re.findall(r'href="(/recruiter/referrals/[0-9a-f-]+)', self.staff.get("/recruiter/").text))
        )
        for place in referrals:
            self._works_on(place)
        for form in ("csv", "xlsx", "ndjson", "redcap", "fhir"):
            columns = {"trial": TRIAL, "format": form, "column": ["state", "name", "email"], "identity": "yes"}
            self._sent("/recruiter/exports", "/recruiter/exports", reason="for the site's own file", **columns)

    def _works_on(self, place: str) -> None:
        version = read(self.staff.get(place).text).all("input", name="version")[0]["value"]
        outcome = {"outcome": "reached", "state": "contacted", "note": CALL_NOTE, "version": version}
        expect(self._sent(f"{place}/outcome", place, **outcome), 302, 303)
        due = (datetime.now(UTC) + timedelta(days=3)).date().isoformat()
        asked = {"reminder": REMINDER, "due_on": due, "due_time": "09:00"}
        expect(self._sent(f"{place}/reminders", place, **asked), 302, 303)

    def _sent(self, path: str, shown: str, **form: Any) -> Answer:
        token = read(self.staff.get(shown).text).all("input", name="form_token")[0]["value"]
        return cast(Answer, self.staff.post(path, data={"form_token": token, **form}))

    def confirms(self) -> None:
        """Follow the links of the letters that ask whose an address is."""
        for link in self._links():
            if "/my/confirm/" in link:
                self._client().get(link)
                self._client().post(link)

    def deletes(self) -> int:
        """Delete all that is held of both, by the private links of their letters; return how many were deleted."""
        return sum(self._is_deleted(link) for link in self._links())

    def _is_deleted(self, link: str) -> bool:
        client = self._client()
        page = read(client.get(link, follow_redirects=True).text)
        forms = [one for one in page.all("form") if one.attributes.get("action") == "/my/delete"]
        if not forms:
            return False
        return client.post("/my/delete", data={**hidden(forms[0]), "sure": "yes"}).status_code in (200, 303)

    def _links(self) -> Iterator[str]:
        for place in range(len(self.box.messages)):
            yield from re.findall(r"https?://[^/\s]+(/my/\S+)", self.box.text(place))


def hidden(form: Element) -> dict[str, str]:
    """Return the fields of a form that nobody fills in."""
    return {one["name"]: one["value"] for one in form.all("input", type="hidden")}


def expect(answer: Any, *statuses: int) -> None:
    """Fail where a page answers otherwise."""
    if answer.status_code not in statuses:
        shown = "".join(one.text for one in read(answer.text).all("main"))
        raise AssertionError(f"{answer.status_code}: {shown}")
