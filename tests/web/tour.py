"""Every page that a participant can reach, error pages included, opened once."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from prescreen.storage.tables import Lead
from prescreen.web.base.request_context import EXTENSION
from prescreen.workflow.participants.invitation_responses import opt_out_token
from tests.web.mailed import links, newest
from tests.web.seven_fit import SEVEN_FIT
from tests.web.visitor import SETTLED, SLUG, Visitor, where

QUESTIONS = ("taken_medication", "cauda_equina_signs", "warning_signs", "cancer_history", "age", "pain_duration")
FITTING = {**SETTLED, "age": "44", "sex_at_birth": "male", "pain_site": "leg_more", "leg_reach": "foot"}


def tour(app: Flask) -> dict[str, TestResponse]:
    """Return every page by a name."""
    app.testing = False
    return {
        **_reading(app),
        **_answering(app),
        **seven_fit(app),
        **_danger(app),
        **_leaving_details(app),
        **_errors(app),
    }


def seven_fit(app: Flask) -> dict[str, TestResponse]:
    """Return the pages about the trials of somebody whom seven may fit."""
    visitor = _visitor(app)
    for name, sent in SEVEN_FIT.items():
        visitor.post(f"/screener/{name}", sent)
    return {
        "results, seven fit": visitor.get("/results"),
        "results, seven fit, those that do not": visitor.get("/results?not=1"),
        "results, a reason of no trial": visitor.get("/results?why=findings"),
        "trial that may fit": visitor.get("/trials/NCT05233254"),
        "trial, not clear yet": visitor.get("/trials/NCT06569069"),
        "sheet, seven fit": visitor.get("/sheet"),
    }


def _visitor(app: Flask) -> Visitor:
    return Visitor(app.test_client())


def _reading(app: Flask) -> dict[str, TestResponse]:
    new, begun = _visitor(app), _visitor(app)
    begun.has_answered({"diagnosed": "yes"})
    return {
        "article": new.get(),
        "article, one answered": begun.get(),
        "urgent, none raised": new.get("/urgent"),
        "privacy": new.client.get("/privacy"),
        "accessibility": new.client.get("/accessibility"),
        "trial, nothing answered": new.get("/trials/NCT03386149"),
        "answers gone": new.get("/results"),
        "thanks gone": new.get("/thanks"),
    }


def _answering(app: Flask) -> dict[str, TestResponse]:
    visitor = _visitor(app)
    visitor.has_answered(FITTING)
    questions = {f"question {name}": visitor.get(f"/screener/{name}") for name in QUESTIONS}
    return questions | {
        "article, all answered": visitor.get(),
        "question for one trial": visitor.client.get(f"/{SLUG}/trials/NCT06688773/questions", follow_redirects=True),
        "question for a trial that is lost": visitor.get("/screener/age?only=NCT99999999"),
        "question refused": visitor.answer("age", "old"),
        "boxes refused": visitor.answer("warning_signs", ["none", "fever"]),
        "wishes": visitor.get("/wishes"),
        "wishes, several towns": visitor.post("/wishes", {"near": "Springfield", "refused": "surgery"}),
        "wishes, no such place": visitor.post("/wishes", {"near": "Nowhere at all", "within": "50"}),
        "wishes, no place": visitor.post("/wishes", {"near": "", "within": "50"}),
        "review": visitor.get("/screener/review"),
        "results": visitor.get("/results"),
        "results with distances": visitor.get("/results?near=94612&within=50"),
        "results, no such ZIP": visitor.get("/results?near=94"),
        "results, filtered": visitor.get("/results?treatment=exercise&placebo=none&remote=yes"),
        "results, what does not fit": visitor.get("/results?not=1"),
        "results, one reason": visitor.get("/results?why=age"),
        "sheet": visitor.get("/sheet"),
        "sheet, ticked": visitor.get("/sheet?trial=NCT00415220&trial=NCT03386149"),
        "note, which line": visitor.get("/trials/NCT03386149/notes"),
        "note": visitor.get("/trials/NCT03386149/notes/0"),
        "note refused": visitor.post("/trials/NCT03386149/notes/0", {"text": "x" * 501}),
        "note thanks": visitor.get("/trials/NCT03386149/notes/thanks"),
        **_helping(app),
        **_wishing(app),
        "trial": visitor.get("/trials/NCT03386149"),
        "cleared": visitor.get("/cleared"),
    }


def _wishing(app: Flask) -> dict[str, TestResponse]:
    visitor = _visitor(app)
    visitor.has_answered(FITTING)
    visitor.post("/wishes", {"near": "Seoul", "within": "50", "refused": ["surgery", "placebo"]})
    return {
        "wishes again": visitor.get("/wishes?from=results"),
        "question within wishes": visitor.get("/screener/pain_duration"),
        "results within wishes": visitor.get("/results"),
        "results outside wishes": visitor.get("/results?outside=1"),
        "sheet within wishes": visitor.get("/sheet"),
    }


def _helping(app: Flask) -> dict[str, TestResponse]:
    helper, ill = _visitor(app), _visitor(app)
    helper.has_answered({**FITTING, "warning_signs": "fever"})
    ill.has_answered({"cauda_equina_signs": "bladder"})
    pages = {}
    for one in (helper, ill):
        one.post("/answering-for", {"who": "another"})
    for path in ("", "/screener/age", "/screener/review", "/results", "/trials/NCT03386149", "/sheet"):
        pages[f"helper {path}"] = helper.get(path)
    pages |= {"helper urgent": ill.get("/urgent"), "helper sender": helper.get("/interest")}
    pages["helper sender asked again"] = helper.get("/sender")
    pages["helper sender refused"] = helper.post("/sender", {})
    for sender in ("person", "guardian", "neither"):
        helper.post("/sender", {"sender": sender})
        pages[f"helper {sender}"] = helper.get("/interest")
    return pages


def _danger(app: Flask) -> dict[str, TestResponse]:
    ill, unwell, feverish = _visitor(app), _visitor(app), _visitor(app)
    ill.has_answered({"cauda_equina_signs": "bladder"})
    unwell.has_answered({**SETTLED, "warning_signs": "fever"})
    feverish.answers({"diagnosed": "yes", "taken_medication": "yes", "cauda_equina_signs": "none"})
    return {
        "urgent": ill.get("/urgent"),
        "article, emergency": ill.get(),
        "trial, emergency": ill.get("/trials/NCT03386149"),
        "results with advice": unwell.get("/results"),
        "wishes with advice": unwell.get("/wishes"),
        "question with advice": feverish.client.get(where(feverish.answer("warning_signs", ["fever"]))),
    }


def _leaving_details(app: Flask) -> dict[str, TestResponse]:
    visitor, young = _visitor(app), _visitor(app)
    visitor.has_answered(FITTING)
    young.has_answered({**SETTLED, "age": "17"})
    form = visitor.interest_form(**{"by-phone": "yes", "future": "yes"})
    pages = {
        "interest": visitor.get("/interest"),
        "interest in a trial": visitor.get("/interest?trial=NCT06688773&trial=NCT99999999"),
        "interest, one more": visitor.post("/interest", {**form, "add": "NCT06688773"}),
        "interest refused": visitor.post("/interest", {**form, "email": "x", "share": ""}),
        "interest forged": visitor.post("/interest", {**form, "signature": ""}),
        "interest changed": visitor.post("/interest", {**form, "consent": ""}),
        "results, none fits": young.get("/results"),
        "interest under 18": young.get("/interest"),
        **_unsent(app, form),
        "sent": visitor.post("/interest", form),
        "sent by another browser": _visitor(app).post("/interest", form),
        "sent before": visitor.post("/interest", {**form, "name": "Another"}),
        "thanks": visitor.get("/thanks"),
    }
    return pages | _address(app) | _my_data(visitor, form)


def _unsent(app: Flask, form: dict[str, str]) -> dict[str, TestResponse]:
    gone, begun = _visitor(app), _visitor(app)
    begun.has_answered({"diagnosed": "yes"})
    pages = {"not sent, answers gone": gone.post("/interest", form), "not sent yet": begun.post("/interest", form)}
    gone.has_answered(FITTING)
    return pages | {"interest filled in again": gone.get("/interest"), "too late": gone.client.post("/my/contact")}


def _address(app: Flask) -> dict[str, TestResponse]:
    """Open the links of the first letter, and ask for the private link again."""
    resources, client = app.extensions[EXTENSION], app.test_client()
    yes, no = links(newest(resources.database, resources.keys, "confirm"))
    by_email_alone = _visitor(app)
    by_email_alone.has_answered(FITTING)
    by_email_alone.send(email="another@example.org")
    _yes, no_one = links(newest(resources.database, resources.keys, "confirm"))
    return {
        "not me at all": client.get(no_one),
        "address disowned": client.post(no_one),
        "confirm address": client.get(yes),
        "not me": client.get(no),
        "address confirmed": client.post(yes),
        "again": client.get("/my/again"),
        "again refused": client.post("/my/again", data={"email": "x"}),
        "again sent": client.post("/my/again", data={"email": "nobody@example.org"}),
        "address link ended": client.get("/my/confirm/forged"),
    }


def _my_data(visitor: Visitor, form: dict[str, str]) -> dict[str, TestResponse]:
    page = visitor.open_my_data()
    signature, referral = (page.all("input", name=name)[0]["value"] for name in ("signature", "referral"))
    notice = next(link["href"] for link in page.all("a") if link["href"].startswith("/my/notices/"))
    pages = {
        "my data": visitor.client.get("/my/"),
        "my notice": visitor.client.get(notice),
        "my contact": visitor.client.get("/my/contact"),
        "my contact refused": visitor.client.post("/my/contact", data={"signature": signature, "email": "x"}),
        "my data, refused": visitor.client.post("/my/allow", data={"signature": signature, "allow": "text"}),
    }
    visitor.client.post("/my/end-links", data={"signature": signature})
    pages["my data, older links ended"] = visitor.client.get("/my/")
    visitor.client.post("/my/withdraw", data={"signature": signature, "referral": referral})
    pages["my data, withdrawn"] = visitor.client.get("/my/")
    opt_out = _opt_out(visitor.client.application)
    pages |= {"opt out": visitor.client.get(opt_out), "opted out": visitor.client.post(opt_out)}
    pages["deleted"] = visitor.client.post("/my/delete", data={"signature": signature}, follow_redirects=True)
    pages["sent after deletion"] = visitor.client.post("/low-back-pain/interest", data=form, follow_redirects=True)
    pages["link ended"] = visitor.client.get("/my/forged")
    return pages


def _opt_out(app: Flask) -> str:
    """Return the address by which the newest person with a confirmed address ends invitations."""
    resources = app.extensions[EXTENSION]
    with resources.database.reading() as session:
        confirmed = select(Lead).where(Lead.email_index.is_not(None))
        lead = session.scalars(confirmed.order_by(Lead.id.desc()).limit(1)).one()
        return f"/my/no-more/{opt_out_token(resources.keys, lead.id, lead.email_index)}"


def _errors(app: Flask) -> dict[str, TestResponse]:
    client = app.test_client()
    pages = {
        "error 403": client.post("/low-back-pain/clear", headers={"Sec-Fetch-Site": "cross-site"}),
        "error 404": client.get("/nowhere/at/all"),
        "error 405": client.put("/low-back-pain"),
        "error 413": client.post("/low-back-pain/clear", data={"a": "x" * 70_000}),
        "health": client.get("/healthz"),
        "ready": client.get("/readyz"),
        "security.txt": client.get("/.well-known/security.txt"),
    }
    catalog = app.view_functions["content.condition"]
    app.view_functions["content.condition"] = lambda slug: 1 / 0  # type: ignore[assignment]  # a page that fails
    pages["error 500"] = client.get("/low-back-pain")
    app.view_functions["content.condition"] = catalog
    return pages
