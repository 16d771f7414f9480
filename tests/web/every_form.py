"""Every form of the service, filled in well: where it is sent, by whom, and with what."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select
from werkzeug.test import TestResponse

from prescreen.catalog.criteria.catalog import Catalog
from prescreen.database import Database
from prescreen.storage.accounts.recruiters import Assignment, Role
from prescreen.storage.base.identifiers import new_id
from prescreen.storage.base.keys import Keys
from prescreen.storage.referrals import referrals
from prescreen.storage.referrals.referrals import StoredReferral
from prescreen.storage.tables import Base, CriteriaEvidence, Invitation, Lead
from prescreen.web import feedback
from prescreen.web.accounts import account_creation, my_account, permissions_form, second_factor, sign_in
from prescreen.web.accounts.account_invitations import InviteForm
from prescreen.web.audit.trail_page import TrailForm
from prescreen.web.base.forms import Form, Versioned
from prescreen.web.export.export_form import ExportFields
from prescreen.web.interview import focus, proxy_respondent, question_screen, wishes_page
from prescreen.web.interview.question_page import CameFromForm
from prescreen.web.participants import contact_form
from prescreen.web.participants.contact_changes import AllowForm
from prescreen.web.participants.data_subject_rights import WithdrawForm
from prescreen.web.participants.email_confirmation import AgainForm
from prescreen.web.participants.invitation_responses import AnswerForm
from prescreen.web.referrals import assignment_and_tags, phone_intake, referral_page, reminders, state_changes
from prescreen.web.referrals.notes import NoteForm
from prescreen.web.referrals.phone_intake_form import EntryForm
from prescreen.web.referrals.reassignments import TakeOverForm
from prescreen.web.results import result_filters
from prescreen.web.results.distance_filter import WishForm
from prescreen.web.statistics.statistics_page import NumbersForm
from prescreen.web.worklist import bulk_changes, filters, pagination, saving_views, worklist_page
from prescreen.workflow.accounts import account_invitations
from prescreen.workflow.accounts.account_invitations import Invited
from tests.people import PASSWORD
from tests.web.markup import Element, read
from tests.web.referrals.callers import AGREED, FIT, SAFE
from tests.web.referred import TRIAL, refer
from tests.web.staff import Staff, account, with_second_factor
from tests.web.visitor import SETTLED, SLUG, Visitor, where

# What every request may leave behind, refused or not.
_ON_RECORD = frozenset(
    {
        *("audit_event", "audit_link", "recruiter_session"),
        *("sign_in_attempt", "known_address", "known_browser", "counter"),
    }
)
_TABLES = tuple(name for name in Base.metadata.tables if name not in _ON_RECORD)
_CHOSEN, _OFFERED = "NCT00000410", "NCT03386149"


@dataclass(frozen=True)
class Sent:
    """A form as its page would send it."""

    client: FlaskClient
    path: str
    data: dict[str, Any]
    method: str = "POST"

    def having(self, name: str, value: str | list[str] | None) -> TestResponse:
        """Send it with another value in one field, or (None) without the field."""
        data = {key: one for key, one in {**self.data, name: value}.items() if one is not None}
        where_to = {"query_string": data} if self.method == "GET" else {"data": data}
        return self.client.open(self.path, method=self.method, **where_to)  # type: ignore[arg-type]  # what is sent


class World:
    """An administrator at work, and a person who left details; `kinds` are the values to send."""

    def __init__(self, kinds: Mapping[str, Any], app: Flask, database: Database, keys: Keys, catalog: Catalog) -> None:
        self.kinds, self.app, self.database, self.keys, self.catalog = kinds, app, database, keys, catalog
        self.browsers = 0
        self.staff = self.somebody("admin@example.org", Role.ADMINISTRATOR)
        self.token = self.hidden(self.staff.client, "/recruiter/account", "/recruiter/account/password")["form_token"]

    def somebody(self, email: str, role: Role = Role.RECRUITER) -> Staff:
        account(self.database, email, role)
        who = self.browser(email)
        who.sign_in()
        return who

    def browser(self, email: str = "") -> Staff:
        """Return a browser with an address of its own, since wrong passwords are counted by address."""
        self.browsers += 1
        who = Staff(self.app, email)
        who.client.environ_base["REMOTE_ADDR"] = f"127.0.{self.browsers // 200}.{self.browsers % 200}"
        return who

    def page(self, client: FlaskClient, path: str) -> Element:
        return read(client.get(path).text)

    def hidden(self, client: FlaskClient, path: str, action: str) -> dict[str, str]:
        """Return the hidden fields of a form."""
        form = next(one for one in self.page(client, path).all("form") if one.attributes.get("action", path) == action)
        return {one["name"]: one["value"] for one in form.all("input", type="hidden")}

    def sent(self, path: str, **data: Any) -> Sent:
        """Return a form of the administrator."""
        return Sent(self.staff.client, f"/recruiter{path}", {"form_token": self.token, **data})

    def asked(self, path: str, **data: Any) -> Sent:
        return Sent(self.staff.client, f"/recruiter{path}", data, "GET")

    def referral(self) -> StoredReferral:
        """Refer one more person."""
        receipt = refer(self.database, self.keys, self.catalog)
        with self.database.reading() as session:
            return referrals.of_lead(session, receipt.lead_id)[0]

    def of_referral(self, part: str, **data: Any) -> Sent:
        one = self.referral()
        return self.sent(f"/referrals/{one.id}/{part}", version=str(one.version), **data)

    def visitor(self) -> Visitor:
        visitor = Visitor(self.app.test_client())
        visitor.has_answered(SETTLED | {"age": "44"})
        return visitor

    @cached_property
    def person(self) -> FlaskClient:
        """Return the browser of somebody who left details."""
        return self.invited()

    def invited(self) -> FlaskClient:
        """Return the browser of somebody new who left details and was invited to one more trial."""
        visitor = self.visitor()
        assert visitor.send(trial=_CHOSEN, future="yes").status_code == 303
        with self.database.writing() as session:
            lead_id = session.scalars(select(Lead.id).order_by(Lead.created_at.desc())).first()
            row: dict[str, Any] = {
                "id": new_id(datetime.now(UTC)),
                "lead_id": lead_id,
                "trial_id": _OFFERED,
                "fingerprint": "f",
            }
            if session.get(CriteriaEvidence, "f") is None:
                session.execute(insert(CriteriaEvidence).values(fingerprint="f", content="{}"))
            row |= {"created_at": datetime.now(UTC), "determination": "potentially_eligible"}
            session.execute(insert(Invitation).values(**row))
        visitor.open_my_data()
        return visitor.client

    def mine(self, path: str, shown: str = "/my/", **data: Any) -> Sent:
        """Return a form of that person."""
        return Sent(self.person, path, {**self.hidden(self.person, shown, path), **data})

    def invitation(self, email: str | None) -> str:
        """Return the path of a new invitation to make an account."""
        invited = Invited(email, None, Role.RECRUITER, (Assignment(TRIAL),), frozenset())
        with self.database.writing() as session:
            token = account_invitations.invite(session, invited, None, datetime.now(UTC))
        return f"/recruiter/join/{token}"

    def stored(self) -> dict[str, Any]:
        """Return all rows but those that every request may leave behind."""
        with self.database.engine.connect() as connection:
            read = connection.exec_driver_sql
            return {one: sorted(map(str, read(f"SELECT * FROM {one}"))) for one in _TABLES}  # noqa: S608 - a table


def _signing_in(world: World) -> Sent:
    client = world.browser().client
    hidden = world.hidden(client, "/recruiter/login", "/recruiter/login")
    return Sent(client, "/recruiter/login", {**hidden, "email": "nobody@example.org", "password": PASSWORD})


def _joining(world: World, email: str | None) -> Sent:
    client, path = world.app.test_client(), world.invitation(email)
    [form] = [one for one in world.page(client, path).all("form") if one.all("input", name="again")]
    hidden = {one["name"]: one["value"] for one in form.all("input", type="hidden")}
    address = {"email": f"{UUID(int=id(client)).hex}@example.org"}
    return Sent(client, path, {**address, **hidden, "name": "New", "password": PASSWORD, "again": PASSWORD})


def _own(path: str, **data: str) -> Callable[[World], Sent]:
    """Return a form about the own account, each time of another: wrong passwords are counted."""

    def fill(world: World) -> Sent:
        who, own = world.somebody(f"{new_id(datetime.now(UTC)).hex}@example.org"), "/recruiter/account"
        offer = world.hidden(who.client, path, path) if path.endswith("second-factor") else {}
        return Sent(who.client, path, {**world.hidden(who.client, own, f"{own}/password"), **offer, **data})

    return fill


def _invited(path: str) -> Callable[[World], Sent]:
    def fill(world: World) -> Sent:
        client = world.invited()
        [form] = [one for one in world.page(client, "/my/").all("form") if one["action"] == path]
        places = {one["name"]: one.all("option")[1]["value"] for one in form.all("select")}
        return Sent(client, path, {one["name"]: one["value"] for one in form.all("input")} | places)

    return fill


def _code(world: World) -> Sent:
    who = account(world.database, f"{new_id(datetime.now(UTC)).hex}@example.org")
    with_second_factor(world.database, world.keys, who)
    staff = world.browser(who.email)
    staff.sign_in()
    hidden = world.hidden(staff.client, "/recruiter/login/code", "/recruiter/login/code")
    return Sent(staff.client, "/recruiter/login/code", {**hidden, "code": "123456"})


def _first_factor(world: World) -> Sent:
    joining = _joining(world, f"{new_id(datetime.now(UTC)).hex}@example.org")
    path = where(joining.client.post(joining.path, data=joining.data))
    [form] = [one for one in world.page(joining.client, path).all("form") if one.all("input", name="offer")]
    hidden = {one["name"]: one["value"] for one in form.all("input", type="hidden")}
    return Sent(joining.client, path, {**hidden, "code": "123456"})


def _bulk(world: World) -> Sent:
    one = world.referral()
    return world.sent(
        "/bulk", referral=[f"{one.id}:{one.version}"], do="state", state="unreachable", tag="x", assignee=""
    )


def _undo(world: World) -> Sent:
    moved = world.of_referral("outcome", state="contacted")
    assert moved.client.post(moved.path, data=moved.data).status_code == 303
    path = moved.path.removesuffix("/outcome")
    return Sent(moved.client, f"{path}/undo", world.hidden(moved.client, path, f"{path}/undo"))


def _finish(world: World) -> Sent:
    tomorrow = f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%d}"
    kept = world.of_referral("reminders", due_on=tomorrow, reminder="ring")
    assert kept.client.post(kept.path, data=kept.data).status_code == 303
    page = world.page(world.staff.client, "/recruiter/reminders")
    [action, *_rest] = [one["action"] for one in page.all("form") if one["action"].endswith("/done")]
    return world.sent(action.removeprefix("/recruiter"), list="yes")


def _entry(world: World) -> Sent:
    path = f"/recruiter/enter/{TRIAL}/{world.catalog.trials[TRIAL].sites[0].id}"
    hidden = world.hidden(world.staff.client, path, path)
    contact = {"name": "Wilhelmina Quackenbush", "phone": "617 555 0143", "email": "w@example.org", "language": "en"}
    return world.sent(path.removeprefix("/recruiter"), **hidden, **SAFE, **FIT, **contact, **AGREED)


def _interest(world: World) -> Sent:
    visitor = world.visitor()
    return Sent(visitor.client, f"/{SLUG}/interest", visitor.interest_form())


def _adding(world: World) -> Sent:
    visitor = world.visitor()
    return Sent(visitor.client, f"/{SLUG}/interest", {**visitor.interest_form(), "add": _OFFERED})


def _of_visitor(path: str, **data: str) -> Callable[[World], Sent]:
    return lambda world: Sent(world.visitor().client, f"/{SLUG}/{path}", data)


def _note(world: World) -> Sent:
    client, path = world.visitor().client, f"/{SLUG}/trials/{TRIAL}/notes/0"
    [form] = [one for one in world.page(client, path).all("form") if one.all("textarea", name="text")]
    shown = {one["name"]: one["value"] for one in form.all("input", type="hidden")}
    return Sent(client, path, {**shown, "reason": "unclear", "text": "What is this?"})


def _referral(part: str, **data: Any) -> Callable[[World], Sent]:
    return lambda world: world.of_referral(part, **data)


def _reworded(world: World) -> Sent:
    added = world.of_referral("outcome", note="Rang twice.")
    assert added.client.post(added.path, data=added.data).status_code == 303
    path = added.path.removesuffix("/outcome")
    page = world.page(added.client, path)
    [action] = [one["action"] for one in page.all("form") if one["action"].startswith(f"{path}/notes/")]
    return world.sent(action.removeprefix("/recruiter"), note="Rang three times.")


_STEP = _referral("outcome", state="unreachable", reason_words="Rang ten times")
_SOON = f"{datetime.now(UTC) + timedelta(days=3):%Y-%m-%d}"
_OUTCOME = _referral("outcome", outcome="reached", note="Well.", call_back_at=f"{_SOON}T10:00", state="contacted")
_LABELS = _referral("who", assignee="", tags="mri, evenings", interpreter="yes")
_INVITE = {"email": "new@example.org", "name": "New", "role": "recruiter", "place": TRIAL, "right": "export_csv"}
_NEW = {"old": PASSWORD, "password": f"{PASSWORD} more", "again": f"{PASSWORD} more"}
FILLED: dict[type[Form], tuple[Callable[[World], Sent], ...]] = {
    sign_in.SignInForm: (_signing_in,),
    second_factor.CodeForm: (
        _code,
        _first_factor,
        _own("/recruiter/account/second-factor", old=PASSWORD, code="123456"),
    ),
    account_creation.JoinForm: (lambda world: _joining(world, f"{new_id(datetime.now(UTC)).hex}@example.org"),),
    account_creation.JoinWithAddressForm: (lambda world: _joining(world, None),),
    InviteForm: (lambda world: world.sent("/accounts/invite", **_INVITE),),
    permissions_form.Ticked: (
        lambda world: world.sent("/accounts/invite", **_INVITE),
        lambda world: world.sent(f"/accounts/{account(world.database, new_id(datetime.now(UTC)).hex + '@a.org').id}"),
    ),
    my_account.OwnPasswordForm: (_own("/recruiter/account/password", **_NEW),),
    my_account.NewPasswordForm: (_own("/recruiter/account/password", **_NEW),),
    my_account.RecoveryCodesForm: (_own("/recruiter/account/recovery-codes", codes_password=PASSWORD),),
    my_account.NewsForm: (_own("/recruiter/account/news", news="off"),),
    Versioned: (_STEP,),
    state_changes.StepForm: (_STEP, _bulk),
    state_changes.UndoForm: (_undo,),
    assignment_and_tags.AssignForm: (_LABELS, lambda world: _bulk(world)),
    assignment_and_tags.LabelsForm: (_LABELS,),
    NoteForm: (_reworded,),
    reminders.ReminderForm: (_referral("reminders", due_on=_SOON, due_time="10:00", reminder="ring"),),
    reminders.FinishForm: (_finish,),
    referral_page.TicksForm: (_referral("ticks", tick="mri"),),
    referral_page.OutcomeForm: (_OUTCOME,),
    TakeOverForm: (lambda world: world.sent(f"/offers/{world.referral().id}", place=f"{TRIAL}/x"),),
    phone_intake.PlaceForm: (lambda world: world.asked("/enter", place=f"{TRIAL}/x", call="en"),),
    phone_intake.SpokenForm: (_entry, lambda world: world.asked("/enter", place=f"{TRIAL}/x", call="en")),
    phone_intake.EntryStampsForm: (_entry,),
    EntryForm: (_entry,),
    bulk_changes.BulkForm: (_bulk,),
    filters.FilterForm: (lambda world: world.asked("/", trial=TRIAL),),
    pagination.TurnForm: (lambda world: world.asked("/", trial=TRIAL),),
    saving_views.SaveViewForm: (lambda world: world.sent("/views", view_name="Far", query="older=300"),),
    worklist_page.SearchForm: (lambda world: world.sent("/search", q="wilhelmina"),),
    ExportFields: (
        lambda world: world.sent("/exports", trial=TRIAL, format="csv", column=["state"], reason="to test the form"),
        lambda world: world.asked("/exports", trial=TRIAL),
    ),
    TrailForm: (lambda world: world.asked("/trail", who="operator"),),
    NumbersForm: (lambda world: world.asked("/numbers", trial=TRIAL, period="all"),),
    contact_form.ContactForm: (
        lambda world: world.mine("/my/contact", "/my/contact", name="Wilhelmina Q", email="w@example.org"),
    ),
    contact_form.InterestForm: (_interest,),
    contact_form.TrialsForm: (_interest,),
    contact_form.PostedForm: (_interest, _adding),
    proxy_respondent.ChosenForm: (
        _interest,
        lambda world: Sent(world.visitor().client, f"/{SLUG}/interest", {"trial": TRIAL}, "GET"),
        lambda world: Sent(world.visitor().client, f"/{SLUG}/sheet", {"trial": _CHOSEN}, "GET"),
        lambda world: Sent(world.visitor().client, f"/{SLUG}/answers.json", {"trial": _CHOSEN}, "GET"),
    ),
    AllowForm: (lambda world: world.mine("/my/allow", allow="phone", agreed="yes"),),
    AnswerForm: (_invited("/my/accept"), _invited("/my/decline")),
    WithdrawForm: (lambda world: world.mine("/my/withdraw"),),
    AgainForm: (lambda world: Sent(world.app.test_client(), "/my/again", {"email": "w@example.org"}),),
    proxy_respondent.AnsweringForm: (_of_visitor("answering-for", who="another", question="age", page="x"),),
    proxy_respondent.SenderForm: (_of_visitor("sender", sender="person"), _interest),
    CameFromForm: tuple(_of_visitor("screener/age", answer=one, **{"from": "review"}) for one in ("44", "no number")),
    focus.FocusForm: (_of_visitor("screener/age", answer="44", only="NCT06688773"),),
    question_screen.AskedForm: (_of_visitor("screener/age", asked="age", answer="44"),),
    wishes_page.WishesForm: (_of_visitor("wishes", near="Springfield", within="50", refused="surgery"),),
    WishForm: (
        lambda world: Sent(world.visitor().client, f"/{SLUG}/results", {"near": "94612", "within": "50"}, "GET"),
    ),
    result_filters.FilterForm: (
        lambda world: Sent(world.visitor().client, f"/{SLUG}/results", {"treatment": "exercise", "why": "age"}, "GET"),
    ),
    result_filters.PagesForm: (lambda world: Sent(world.visitor().client, f"/{SLUG}/results", {"fits": "1"}, "GET"),),
    feedback.ShownForm: (_note,),
    feedback.NoteForm: (_note,),
}
"""Every form that is read by declared fields, with the places that it is sent to.

In the first of them all must be there that its fields demand.
"""

BUTTONS = frozenset(
    {
        *("screener.clear", "screener.clear_everywhere", "leaving.leave", "recruiter.sign_out"),
        *("addresses.confirm", "addresses.disown", "my_invitations.end_all", "my_data.erase"),
        *("recruiter.rest_of_export", "recruiter.remove_view", "recruiter.end_session", "recruiter.end_other_sessions"),
        *("recruiter.cancel_invitation", "recruiter.disable_account", "recruiter.enable_account"),
        *("recruiter.end_sessions_of", "recruiter.reset_second_factor", "my_details.ask", "my_details.end_older_links"),
    }
)
"""What is posted by a button alone, with nothing to read."""


def declared(package: str) -> Iterator[type[Form]]:
    """Yield every form that a package declares."""
    waiting = list(Form.__subclasses__())
    while waiting:
        one = waiting.pop()
        waiting += one.__subclasses__()
        if one.__module__.startswith(package):
            yield one
