"""Pages in one process, as multiples of a bare page: `python -m benchmarks.web.in_process --trials 23 1000`.

A visitor with forty answers, the service and a bare Flask app share this process and its test client. Times are of the
processor; bare page and page take turns. The bare page has 6 KB, rendered line by line.
"""

import argparse
import os
import random
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property
from http import HTTPStatus
from pathlib import Path
from time import process_time
from unittest.mock import patch

import structlog
from flask import Flask, make_response, render_template
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from benchmarks.base.report import Section, Table, Target, ranged, timed
from benchmarks.base.timing import Range
from benchmarks.sections import Sizes
from prescreen import app as application
from prescreen import database as databases
from prescreen.catalog.criteria.catalog import Catalog
from prescreen.catalog.criteria.loading import load_to_judge
from prescreen.config import SHIPPED_CRITERIA, Settings
from prescreen.database import Database
from prescreen.eligibility.assessment.answer_encoding import from_text
from prescreen.eligibility.assessment.answers import Answer, Answers, Declined, Facts
from prescreen.eligibility.criteria.questions import Question
from prescreen.eligibility.criteria.rules import Value
from prescreen.eligibility.criteria.trials import Treatment, Trial
from prescreen.eligibility.wishes.geography import Point
from prescreen.eligibility.wishes.wishes import NO_WISHES, Place, Wishes
from prescreen.web.base.cookies import CookieKind
from prescreen.web.base.request_context import catalog
from prescreen.web.interview.answer_cookie import Visit, revise_visit, write_visit
from prescreen.web.interview.question_page import progress_of
from prescreen.workflow.demo.synthetic_answers import value_drawn

CONDITION = "low-back-pain"
_ANSWERS = 40
_SHIPPED = 23
_SETTLED = {"cauda_equina_signs": ["none"], "warning_signs": ["none"], "cancer_history": "never", "age": "44"}
"""How the questions about warning signs and the age are answered; the others at random."""
_TRIED = 12
_NEAR = {"near": "94612", "within": "25"}
_REQUESTS, _REQUESTS_AMONG_MANY, _FEW = 60, 20, 100
_ASKED = {
    "the question that waits": (2.5, 1.7),
    "a question answered before": (2.5, 1.7),
    "a question within wishes": (2.5, 2),
    ("results", _SHIPPED): (10, 5),
    ("results", 1_000): (40, 15),
    "interest in one trial": (8, 4),
}
"""The most bare pages asked for, and aimed at, by page or by page and number of trials."""
_BARE_LINES = 122
_OAKLAND = Place("Oakland, CA 94612", "US", Point(37.81, -122.27))
_WISHES = Wishes(_OAKLAND, "country", frozenset({Treatment.SURGERY}))


@dataclass(frozen=True)
class Visitor:
    """A browser with the cookie of its answers, the question that waits, one answered before, and a trial to choose.

    `wishing` is a cookie with the same answers and with wishes; `several` was answered on a page of several questions.
    """

    client: FlaskClient
    cookie: str
    wishing: str
    waiting: str
    answered: str
    several: str
    trial: str

    @cached_property
    def left_open(self) -> dict[str, str]:
        """Return "I don't know" as the waiting question's form sends it, be it a choice or a box of its own."""
        page = self.client.get(f"/{CONDITION}/screener/{self.waiting}").data
        return {"declined" if b'name="declined"' in page else "answer": "?do_not_know"}


@dataclass(frozen=True)
class Timed:
    """One page with so many trials: multiples of the bare page, processor seconds, and bytes."""

    trials: int
    page: str
    bare_pages: Range
    seconds: Range
    bytes: int


def generated(catalog: Catalog, many: int) -> Catalog:
    """Return the catalog with so many trials for the condition: its own first, then generated ones.

    Each takes as many criteria as a shipped trial has, drawn from all shipped trials.
    """
    own = catalog.trials_for(CONDITION)
    more = (_drawn(own, number) for number in range(len(own), many))
    return replace(catalog, trials={trial.id: trial for trial in (*own[:many], *more)}, _planners={}, _evidence={})


def _drawn(trials: tuple[Trial, ...], number: int) -> Trial:
    chance = random.Random(f"results {number}")
    pattern = chance.choice(trials)
    criteria = [criterion for trial in trials for criterion in trial.criteria]
    drawn = chance.sample(criteria, len(pattern.criteria))
    named = [replace(one, id=f"c{place}") for place, one in enumerate(drawn)]
    return replace(
        pattern, id=f"NCT9{number:07d}", criteria=tuple(sorted(named, key=lambda one: one.kind, reverse=True))
    )


@dataclass
class _Fixed:
    """A catalog that does not change, in the place of one that is watched."""

    catalog: Catalog

    def current(self, _: date) -> Catalog:
        return self.catalog


@contextmanager
def visitors(many: int) -> Iterator[Visitor]:
    """Serve so many trials in this process, to a visitor with forty answers of whom a question is still to be asked."""
    catalog = generated(load_to_judge(SHIPPED_CRITERIA, datetime.now(UTC).date()), many)
    today = datetime.now(catalog.service.timezone).date()
    with tempfile.TemporaryDirectory() as folder, _logging_nowhere():
        app = _app(_settings(Path(folder)), catalog)
        answers, waiting = _walked(catalog, today)
        standing = catalog.planner(CONDITION).at(Facts(catalog.bank, answers, today))
        may_fit = [name for name, found in standing.determinations.items() if found != "ineligible"]
        cookie, wishing = (_cookie(app, answers, wishes) for wishes in (NO_WISHES, _WISHES))
        several = next(name for name in reversed(list(answers)) if len(catalog.bank.together_with(name)) > 1)
        yield Visitor(app.test_client(), cookie, wishing, waiting, list(answers)[-3], several, may_fit[0])


@contextmanager
def _logging_nowhere() -> Iterator[None]:
    """Make the log lines of requests, and let them go."""
    before = structlog.get_config()["logger_factory"]
    with Path(os.devnull).open("w") as nowhere:
        structlog.configure(logger_factory=structlog.WriteLoggerFactory(file=nowhere))
        yield
        structlog.configure(logger_factory=before)


def _settings(folder: Path) -> Settings:
    url = f"sqlite:///{folder / 'prescreen.sqlite3'}"
    database = Database(url)
    databases.upgrade(database.engine)
    database.close()
    return replace(
        Settings.from_environment({}),
        database_url=url,
        instance=folder,
        secret_key="a secret of a benchmark",
        visitor_rate_limit=None,
        counters=False,
    )


def _app(settings: Settings, catalog: Catalog) -> Flask:
    """Assemble the service; for that moment its catalog is not read from a folder."""
    with patch.object(application, "LiveCatalog", lambda *_, **__: _Fixed(catalog)):
        return application.create_app(settings)


def _cookie(app: Flask, answers: Answers, wishes: Wishes) -> str:
    """Return the cookie of a visit with these answers, as the last of them has set it."""
    with app.test_request_context():
        response, visit = make_response(), Visit(answers, wishes=wishes)
        revise_visit(CONDITION, visit)
        progress = progress_of(catalog().conditions[CONDITION], visit)
        write_visit(response, CONDITION, replace(visit, progress=progress))
        return response.headers["Set-Cookie"].split(";")[0].partition("=")[2]


def _walked(catalog: Catalog, on: date) -> tuple[Answers, str]:
    """Return up to forty answers to the questions as they came, and the question after them: the longest of a few."""
    found = [_interviewed(catalog, on, random.Random(seed)) for seed in range(_TRIED)]
    return max(found, key=lambda one: len(one[0]))


def _interviewed(catalog: Catalog, on: date, chance: random.Random) -> tuple[Answers, str]:
    answers, before = Answers(), (Answers(), "")
    while (waiting := _waiting(catalog, answers, on)) and len(answers) <= _ANSWERS:
        before = answers, waiting
        answers = answers.having(waiting, Answer(_value(catalog.bank[waiting], chance, on), on))
    return before


def _waiting(catalog: Catalog, answers: Answers, on: date) -> str | None:
    opening = (name for name in catalog.conditions[CONDITION].opening_questions if name not in answers)
    return next(opening, None) or catalog.planner(CONDITION).next_question(Facts(catalog.bank, answers, on))


def _value(question: Question, chance: random.Random, on: date) -> Value | Declined:
    settled = _SETTLED.get(question.id)
    return from_text(question, settled, on) if settled else value_drawn(question, chance, on)


def _bare() -> FlaskClient:
    """Return a browser of a bare page; of the code before, a question page took the 6 to 8 of these asked about."""
    app = Flask("bare")
    page = app.jinja_env.from_string(
        "{% for number, text in lines %}<p>{{ number }} {{ text }} {{ number }} {{ text }}</p>\n{% endfor %}"
    )
    lines = [(number, "of the lines here") for number in range(_BARE_LINES)]
    app.add_url_rule("/", view_func=lambda: render_template(page, lines=lines))
    return app.test_client()


Ask = Callable[[Visitor], TestResponse]

PAGES: Mapping[str, Ask] = {
    "the question that waits": lambda one: one.client.get(f"/{CONDITION}/screener/{one.waiting}"),
    "a question answered before": lambda one: one.client.get(f"/{CONDITION}/screener/{one.answered}"),
    "a question within wishes": lambda one: one.client.get(f"/{CONDITION}/screener/{one.answered}"),
    "several questions answered before": lambda one: one.client.get(f"/{CONDITION}/screener/{one.several}"),
    "an answer posted": lambda one: one.client.post(f"/{CONDITION}/screener/{one.waiting}", data=one.left_open),
    "review": lambda one: one.client.get(f"/{CONDITION}/screener/review"),
    "results": lambda one: one.client.get(f"/{CONDITION}/results"),
    "results within wishes": lambda one: one.client.get(f"/{CONDITION}/results"),
    "results nearby": lambda one: one.client.get(f"/{CONDITION}/results", query_string=_NEAR),
    "one trial": lambda one: one.client.get(f"/{CONDITION}/trials/{one.trial}"),
    "interest in one trial": lambda one: one.client.get(f"/{CONDITION}/interest", query_string={"trial": one.trial}),
}


def measured(many: int, names: Sequence[str], rounds: int) -> list[Timed]:
    """Return what each of these pages takes with so many trials."""
    bare = _bare()
    with visitors(many) as visitor:
        return [_measured(visitor, name, many, rounds, bare) for name in names]


def _measured(visitor: Visitor, name: str, many: int, rounds: int, bare: FlaskClient) -> Timed:
    ratios, seconds, size = [], [], 0
    for turn in range(rounds + 1):
        cookie = visitor.wishing if "within wishes" in name else visitor.cookie
        visitor.client.set_cookie(f"{CookieKind.ANSWERS}{CONDITION}", cookie, path=f"/{CONDITION}")
        base, _ = _mean(lambda: bare.get("/"), _REQUESTS)
        page, reply = _mean(lambda: PAGES[name](visitor), _REQUESTS if many <= _FEW else _REQUESTS_AMONG_MANY)
        size = len(reply.data)
        if turn:
            ratios.append(page / base)
            seconds.append(page)
    return Timed(many, name, Range.of(ratios), Range.of(seconds), size)


def _mean(ask: Callable[[], TestResponse], times: int) -> tuple[float, TestResponse]:
    start = process_time()
    for _ in range(times):
        reply = ask()
    taken = process_time() - start
    assert reply.status_code < HTTPStatus.BAD_REQUEST, reply.status
    return taken / times, reply


def in_process(sizes: Sizes) -> Section:
    """Time the pages of the interview with the shipped number of trials and with a thousand."""
    found = [
        one for many in (_SHIPPED, sizes.trials[1]) for one in measured(many, list(PAGES), min(5, sizes.effort.rounds))
    ]
    rows = [
        [f"{one.trials:,}", one.page, ranged(one.bare_pages), timed(one.seconds), f"{one.bytes:,}"] for one in found
    ]
    return Section(
        "Pages in process",
        "Processor time of the whole request of a visitor with up to forty answers, by Flask's test client, as "
        "multiples of a bare Flask page of 6 KB that is rendered line by line; the two take turns. *nearby*: within 25 "
        "miles. The further trials are generated from criteria of the shipped ones.",
        [Table(["trials", "page", "bare pages", "time", "bytes"], rows)],
        targets=[target for one in found for target in _targets(one)],
    )


def _targets(one: Timed) -> list[Target]:
    least, aim = _ASKED.get((one.page, one.trials), _ASKED.get(one.page, (None, None)))
    if least is None:
        return []
    work = f"{one.page}, {one.trials:,} trials, in process"
    found = [Target(work, least, aim, one.bare_pages, " bare pages", less_is_better=True)]
    if one.page == "results":
        size = Range(one.bytes, one.bytes, one.bytes)
        found.append(
            Target(f"bytes of the results, {one.trials:,} trials", 60_000, None, size, "", less_is_better=True)
        )
    return found


def main() -> None:
    """Time the sizes and pages that the command line names; a line of JSON each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, nargs="+", default=[_SHIPPED, 1_000])
    parser.add_argument("--only", choices=list(PAGES), nargs="+", default=list(PAGES))
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    for many in chosen.trials:
        for one in measured(many, chosen.only, chosen.rounds):
            print(
                f"{one.trials:>6,}  {one.page:<28} {ranged(one.bare_pages):<24} {timed(one.seconds):<26} {one.bytes:,}"
            )


if __name__ == "__main__":
    main()
