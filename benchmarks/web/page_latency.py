"""The latency of pages, against a bare page of the same bytes and against a lean screener, in one run."""

import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

from benchmarks.base.report import Section, Table, Target, timed
from benchmarks.base.timing import Range, Times, mean_time, times_faster, turns
from benchmarks.sections import Sizes
from benchmarks.web.services import Client, Reply, service, twin

BARE, QUESTION = "bare Flask page of the same bytes", "prescreen's question page, the one that waits"
BEFORE = "prescreen's question page, one answered before"
LEAN_WALK, WALK = "lean screener, whole walk", "prescreen, whole walk"
_CONDITION = "/low-back-pain"
OPENING_ANSWERS = {
    "diagnosed": "yes",
    "taken_medication": "yes",
    "cauda_equina_signs": "none",
    "warning_signs": "none",
    "cancer_history": "never",
}
_ANSWERED = "cancer_history"
_DETAILS = {
    "name": "A Person",
    "email": "person@example.org",
    "postal_code": "94612",
    "best_time": "evenings",
    "language": "en",
    "adult": "yes",
    "share": "yes",
    "by-email": "yes",
}
_PAGES = 8
_REQUESTS = 200


def pages(rounds: int, budget: float) -> tuple[Times, Times, int]:
    """Return the seconds of a page and of a walk, by contestant, and the bytes of a question page."""
    with tempfile.TemporaryDirectory() as name, service(Path(name)) as ours:
        asked = _question_page(ours)
        page = _good(ours.get(asked)).body
        trial = _offered(_good(ours.get(f"{_CONDITION}/interest")))
        with twin(Path(name), page) as lean:
            # Every hundred pages are one item, so that a turn is long enough for the clock.
            page_times = turns(
                {
                    BARE: lambda _: _many(lean, "/bare"),
                    QUESTION: lambda _: _many(ours, asked),
                    BEFORE: lambda _: _many(ours, f"{_CONDITION}/screener/{_ANSWERED}"),
                },
                range(2), rounds=rounds, budget=budget,
            )  # fmt: skip
            walk_times = turns(
                {LEAN_WALK: lambda _: _lean_walk(lean), WALK: lambda _: _walk(ours, trial)},
                range(10), rounds=rounds, budget=budget,
            )  # fmt: skip
    return page_times, walk_times, len(page)


def _many(client: Client, path: str) -> None:
    for _ in range(_REQUESTS):
        _good(client.get(path))


def _question_page(client: Client) -> str:
    reply = client.get(_CONDITION)
    for question, answer in OPENING_ANSWERS.items():
        reply = _good(client.post(f"{_CONDITION}/screener/{question}", {"answer": answer}), 303)
    return _past_wishes(client, reply)


def _past_wishes(client: Client, reply: Reply) -> str:
    """Return where a reply leads, or where the page of wishes leads that comes first."""
    is_asked = reply.leads_to.endswith("/wishes")
    return _good(client.post(reply.leads_to, {"skip": "yes"}), 303).leads_to if is_asked else reply.leads_to


def _walk(client: Client, trial: str) -> None:
    """Answer eight questions, then send details for a chosen trial; the opening answers are the same each time."""
    client.cookies.clear()
    _good(client.get(_CONDITION))
    answers: Mapping[str, str] = OPENING_ANSWERS
    led_to = f"{_CONDITION}/screener/diagnosed"
    for _ in range(_PAGES):
        name = led_to.rsplit("/", 1)[-1]
        page = _good(client.get(led_to))
        declined = {"declined" if b'name="declined"' in page.body else "answer": "?do_not_know"}
        sent = {"answer": answers[name]} if name in answers else declined
        led_to = _past_wishes(client, _good(client.post(led_to, sent), 303))
    form = _good(client.get(f"{_CONDITION}/interest?trial={trial}"))
    fields = {**_DETAILS, **form.hidden(), "trial": trial, **_place(form, trial)}
    led_to = _good(client.post(f"{_CONDITION}/interest", fields), 303).leads_to
    _good(client.get(led_to))


def _offered(form: Reply) -> str:
    """Return the first trial that the contact form offers."""
    return re.findall(r'name="trial" value="([^"]+)"', form.body.decode())[0]


def _place(form: Reply, trial: str) -> dict[str, str]:
    """Choose the first place of a trial that has several."""
    found = re.findall(rf'<select id="(site-{trial})".*?<option value="([^"]+)"', form.body.decode(), re.DOTALL)
    return dict(found)


def _lean_walk(client: Client) -> None:
    client.cookies.clear()
    for number in range(1, _PAGES + 1):
        token = _good(client.get(f"/walk/{number}")).hidden()["token"]
        _good(client.post(f"/walk/{number}", {"token": token, "answer": "yes"}), 303)
    token = _good(client.get("/send")).hidden()["token"]
    _good(client.post("/send", {"token": token, **_DETAILS}), 303)
    _good(client.get("/thanks"))


def _good(reply: Reply, status: int = 200) -> Reply:
    if reply.status != status:
        raise AssertionError(f"expected {status}, got {reply.status}")
    return reply


def pages_served(sizes: Sizes) -> Section:
    """Serve a question page and a whole walk, beside a bare page and a lean screener."""
    rounds = sizes.effort.rounds
    page_times, walk_times, size = pages(rounds, budget=rounds * 2.5)
    page, before = (times_faster(page_times, one, BARE) for one in (QUESTION, BEFORE))
    walk = times_faster(walk_times, WALK, LEAN_WALK)
    rows = [[name, timed(_each(mean_time(page_times, name), _REQUESTS))] for name in (BARE, QUESTION, BEFORE)]
    rows += [[name, timed(mean_time(walk_times, name))] for name in (LEAN_WALK, WALK)]
    return Section(
        "Pages served",
        "One worker each, by the same server on loopback, one client that keeps its connection; everything that the "
        "service does to a request is on, its limit of posts apart. A walk is the article, eight question pages with "
        "their answers, the contact form about a chosen trial, a durable commit and the thank-you page; the lean "
        f"screener does eight pages, a form, a durable commit and its thanks. A question page has {size:,} bytes.",
        [Table(["", "time"], rows)],
        targets=[
            Target("the question that waits, as fast as a bare Flask page of its bytes", 0.35, 0.6, page),
            Target(
                "a question answered before, as fast as a bare Flask page of the bytes of the other", 0.35, 0.6, before
            ),
            Target("a whole walk, as fast as a lean screener", 0.4, 0.6, walk),
            Target("bytes of a question page", 30_000, None, Range(size, size, size), " bytes", less_is_better=True),
        ],
    )


def _each(times: Range, many: int) -> Range:
    return Range(times.middle / many, times.low / many, times.high / many)
