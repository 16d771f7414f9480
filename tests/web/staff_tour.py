"""Every page of the desk, refused forms included, opened once by an administrator who has people to call."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.test import TestResponse

from prescreen.storage.accounts import second_factor
from prescreen.storage.accounts.recruiters import Assignment, Role
from prescreen.storage.referrals.referrals import State
from prescreen.web.base.request_context import EXTENSION, Resources
from prescreen.workflow.accounts.recruiters import RecruiterDetails, add_recruiter
from prescreen.workflow.demo.synthetic_leads import make_sample, plan_sample
from tests.people import PASSWORD
from tests.web.markup import read
from tests.web.rare_people import rare_people
from tests.web.referrals.callers import AGREED, CONTACT, FIT, SAFE
from tests.web.referred import TRIAL, refer
from tests.web.staff import Staff, account, with_second_factor

SEED, PEOPLE = 7, 60
TRIALS = ("NCT06688773", "NCT06615518", TRIAL)
ADMIN, COLLEAGUE = "admin@example.org", "colleague@example.org"

Pages = dict[str, TestResponse]


def staff_tour(app: Flask) -> Pages:
    """Return every page of the desk by a name."""
    app.testing = False
    resources: Resources = app.extensions[EXTENSION]
    _people(resources)
    rare = rare_people(resources, ADMIN)
    staff = Staff(app, ADMIN)
    pages = {"desk sign-in": staff.get("/recruiter/login"), "desk sign-in refused": staff.sign_in("not this one")}
    staff.sign_in()
    return {
        **pages,
        **_list(staff),
        **_one_person(staff),
        **{f"person, {name}": staff.get(path) for name, path in rare.items()},
        **_by_phone(staff),
        **_accounts(app, staff, resources),
        **_reports(staff),
    }


def _people(resources: Resources) -> None:
    now = datetime.now(UTC)
    catalog = resources.catalog.current(now.date())
    refer(resources.database, resources.keys, catalog, name="Zoë Example")
    plan = plan_sample(catalog, TRIALS, SEED, now)
    make_sample(resources.database, resources.keys, plan, PEOPLE, lambda _done: None)
    for email, role in ((ADMIN, Role.ADMINISTRATOR), (COLLEAGUE, Role.RECRUITER)):
        details = RecruiterDetails(email, email.split("@")[0].title(), tuple(map(Assignment, TRIALS)), PASSWORD, role)
        with resources.database.writing() as session:
            add_recruiter(session, details, now)


def _list(staff: Staff) -> Pages:
    chosen = [one["value"] for one in staff.page("/recruiter/").all("input", name="referral")][:2]
    kept = staff.post("/recruiter/views", view_name="Late, the nearest first", query="overdue=yes&sort=nearest")
    return {
        "work list": staff.get("/recruiter/"),
        "work list, narrowed": staff.get("/recruiter/?state=new&determination=potentially_eligible&tag=records"),
        "work list, nothing left": staff.get("/recruiter/?tag=no-such-tag"),
        "work list, faulty filter": staff.get("/recruiter/?within=near"),
        "work list, found": staff.post("/recruiter/search", q="Example"),
        "work list, nobody found": staff.post("/recruiter/search", q="Nobody Atall"),
        "work list, nothing chosen": staff.post("/recruiter/bulk", do="tag", tag="records"),
        "work list, changed together": staff.post("/recruiter/bulk", do="tag", tag="records", referral=chosen),
        "work list, own view": staff.get(kept.location or "/recruiter/"),
        "work list, view without a name": staff.post("/recruiter/views", view_name="", query="state=new"),
        "work list, not all changed": staff.post("/recruiter/bulk", do="state", state="not_eligible", referral=chosen),
        "reminders": staff.get("/recruiter/reminders"),
        "offers": staff.get("/recruiter/offers"),
        "offers, gone": _taken_twice(staff),
    }


def _taken_twice(staff: Staff) -> TestResponse:
    """Take over what is on offer, then send the same form again."""
    form = staff.page("/recruiter/offers").one("main").one("form")
    place = form.one("input", name="place")["value"]
    staff.post(form["action"], place=place)
    return staff.post(form["action"], place=place)


def _one_person(staff: Staff) -> Pages:
    found = {state.value: _in_state(staff, state) for state in State}
    pages = {f"person, {state}": staff.get(links[0]) for state, links in found.items() if links}
    person = found[State.NEW.value][0]
    labels = {"assignee": "", "interpreter": "unknown", "version": "7"}
    clashing = {"outcome": "reached", "state": "contacted", "note": "She called back.", "version": "7"}
    return pages | {
        "person, labels changed meanwhile": staff.post(f"{person}/who", person, tags="scan", **labels),
        "person, changed meanwhile": staff.post(f"{person}/outcome", person, **clashing),
        "person, outcome refused": staff.post(
            f"{person}/outcome", person, state="not_eligible", call_back_at="2001-01-01T10:00", version="1"
        ),
        "person, reminder refused": staff.post(f"{person}/reminders", person, reminder="", due_on="", version="1"),
        "person, session ended": Staff(staff.client.application).post(f"{person}/outcome", note="She called back."),
    }


def _in_state(staff: Staff, state: State) -> list[str]:
    """Return the referrals in a state, of one trial: of a person's several, their random ids say which comes first."""
    listed = (_links(staff, f"/recruiter/?state={state.value}&trial={trial_id}") for trial_id in TRIALS)
    return next(filter(None, listed), [])


def _links(staff: Staff, path: str) -> list[str]:
    found = [one.attributes.get("href", "") for one in staff.page(path).one("main").all("a")]
    return [one for one in found if one.startswith("/recruiter/referrals/")]


def _by_phone(staff: Staff) -> Pages:
    place = read(staff.get("/recruiter/enter").text).all("option")[0]["value"]
    path = f"/recruiter/enter/{place}"

    def sent(**changes: str) -> TestResponse:
        form = staff.page(path).one("form", action=path)
        hidden = {one["name"]: one["value"] for one in form.all("input", type="hidden")}
        return staff.client.post(path, data={**hidden, **SAFE, **FIT, **CONTACT, **AGREED, **changes})

    return {
        "enter": staff.get("/recruiter/enter"),
        "entry": staff.get(path),
        "entry in Spanish": staff.get(f"{path}?call=es"),
        "entry refused": sent(name="", adult=""),
        "entry, emergency": sent(**{"q-cauda_equina_signs-answer": "bladder"}),
        "entered": staff.get(sent().location or path),
        "entry out of date": sent(signature=""),
    }


def _accounts(app: Flask, staff: Staff, resources: Resources) -> Pages:
    owing, due = account(resources.database, "owing@example.org"), account(resources.database, "due@example.org")
    with_second_factor(resources.database, resources.keys, owing)
    with resources.database.writing() as session:
        second_factor.demand(session, due.id, datetime.now(UTC))
    has, needs, other = Staff(app, owing.email), Staff(app, due.email), Staff(app)
    has.sign_in()
    needs.sign_in()
    one = next(link for link in _hrefs(staff, "/recruiter/accounts") if "/accounts/" in link and "invite" not in link)
    place = {"role": "recruiter", "place": "*", "right": "export_csv"}
    invited = staff.post("/recruiter/accounts/invite", email="new@example.org", name="New Colleague", **place)
    link = read(invited.text).one("code").text
    return {
        "code": has.get("/recruiter/login/code"),
        "code refused": has.post("/recruiter/login/code", "/recruiter/login/code", code="1"),
        "set up": needs.get("/recruiter/login/second-factor"),
        "recovery codes": needs.set_up("/recruiter/login/second-factor")[1],
        "accounts": staff.get("/recruiter/accounts"),
        "one account": staff.get(one),
        "one account refused": staff.post(one, role="", place=[]),
        "invite": staff.get("/recruiter/accounts/invite"),
        "invite refused": staff.post("/recruiter/accounts/invite", email="x"),
        "invited": invited,
        "join": other.get(urlsplit(link).path),
        "join ended": other.get("/recruiter/join/forged"),
        "my account": staff.get("/recruiter/account"),
        "my account refused": staff.post("/recruiter/account/password", old="x", password="short", again="x"),
        "own factor": staff.get("/recruiter/account/second-factor"),
    }


def _hrefs(staff: Staff, path: str) -> list[str]:
    return [one["href"] for one in staff.page(path).one("main").all("a") if "href" in one]


def _reports(staff: Staff) -> Pages:
    staff.post("/recruiter/exports", trial=TRIAL, format="csv", column="state", reason="for the monthly report")
    return {
        "numbers": staff.get(f"/recruiter/numbers?trial={TRIALS[0]}&period=all"),
        "numbers, hardly any": staff.get(f"/recruiter/numbers?trial={TRIAL}"),
        "numbers, faulty": staff.get("/recruiter/numbers?period=never"),
        "exports refused": staff.post("/recruiter/exports", trial=TRIAL, format="", reason="short"),
        "exports": staff.get("/recruiter/exports"),
        "trail": staff.get("/recruiter/trail"),
        "trail, faulty": staff.get("/recruiter/trail?day=yesterday"),
        "desk 404": staff.get("/recruiter/referrals/00000000-0000-0000-0000-000000000000"),
    }
