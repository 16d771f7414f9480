"""Two groups of real processes on one PostgreSQL, through PgBouncer, behind nginx, are one service."""

from __future__ import annotations

import csv
import io
import shutil
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from prescreen.config import SHIPPED_CRITERIA
from prescreen.database import Database
from prescreen.workflow.accounts.recruiters import Assignment
from tests.faults import groups
from tests.faults.conftest import Tell
from tests.faults.crowd import Crowd
from tests.faults.groups import Groups, signed_in, token_on
from tests.faults.ledger import Ledger, all_saved, faultless
from tests.faults.person import Browser, filled, send, settled
from tests.people import PASSWORD, recruiter
from tests.services.postgres import Cluster
from tests.web.visitor import SLUG

pytestmark = pytest.mark.postgres

FORMS, VISITORS = 20, 4
LIMIT = 25
OLD, NEW = "Has a doctor or nurse diagnosed you with", "Did a doctor or nurse ever tell you of"
QUESTION = f"/{SLUG}/screener/diagnosed"
Two = tuple[Cluster, Cluster]


@pytest.fixture(scope="module")
def clusters() -> Iterator[Two]:
    with groups.clusters() as two:
        yield two


@pytest.fixture(scope="module")
def two(clusters: Two, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Groups]:
    """Run two groups without limits on posts."""
    with groups.running(clusters, lambda: tmp_path_factory.mktemp("group"), {}) as made:
        for one in made.services:
            one.start()
        yield made


def requests_of(two: Groups) -> list[int]:
    """Return how many requests each group has answered, as its log says."""
    return [(one.instance / "log").read_text().count(" request ") for one in two.services]


def test_who_sends_through_both_groups_is_stored_once(two: Groups, tell: Tell) -> None:
    ledger, before = Ledger(), requests_of(two)
    browser = Browser(two.port, settled(two.port))
    forms = [filled(browser) for _ in range(FORMS)]

    with ThreadPoolExecutor(8) as pool:
        twice = [*forms, *forms]
        list(pool.map(lambda one: ledger.note(one, send(two.port, one)), twice))

    faultless(ledger, two.service)
    assert len(ledger.acknowledged) == FORMS
    grown = [after - was for after, was in zip(requests_of(two), before, strict=True)]
    assert min(grown) > 0.3 * sum(grown)
    tell(f"two groups: {FORMS} forms, each sent twice over PgBouncer and nginx: {FORMS} leads; requests {grown}")


def test_a_group_that_is_killed_takes_nobody_with_it(two: Groups, tell: Tell) -> None:
    ledger = Ledger()
    crowd = Crowd(two.service, ledger, settled(two.port))
    crowd.start()
    crowd.wait_for(10)
    two.services[1].kill()
    crowd.wait_for(30)
    crowd.stop()
    assert all_saved(crowd.send_again())
    two.services[1].start()

    held = faultless(ledger, two.service)

    assert len(ledger.acknowledged & held.leads.keys()) == len(ledger.acknowledged)
    tell(f"two groups: one killed among {len(ledger.acknowledged)} submissions, 0 lost, none twice")


def test_a_recruiter_works_over_both_groups_until_she_signs_out(two: Groups) -> None:
    database = Database(two.direct_url)
    trial = filled(Browser(two.port, settled(two.port))).fields["trial"]
    recruiter(database, Assignment(trial))
    database.close()
    browser = Browser(two.port)

    assert signed_in(browser, "rec@example.org", PASSWORD).status == 303
    assert [browser.get("/recruiter/").status for _ in range(6)] == [200] * 6
    kept = dict(browser.cookies)
    assert browser.post("/recruiter/logout", {"form_token": token_on(browser.get("/recruiter/"))}).status == 303

    browser.cookies = kept
    assert {browser.get("/recruiter/").leads_to for _ in range(6)} == {"/recruiter/login"}


def test_exports_come_from_the_replica_and_hold_what_was_just_sent(two: Groups) -> None:
    form = filled(Browser(two.port, settled(two.port)))
    send(two.port, form)

    exported = two.services[1].command("export", form.fields["trial"], "--columns", "name", "--reason", "a test of it")

    assert exported.returncode == 0, exported.stderr
    assert form.name in {row["name"] for row in csv.DictReader(io.StringIO(exported.stdout))}
    with psycopg.connect(two.services[0].settings["PRESCREEN_DATABASE_READ_URL"].replace("+psycopg", "")) as replica:
        found = replica.execute("SELECT sum(xact_commit) FROM pg_stat_database WHERE datname = current_database()")
        assert (found.fetchone() or (0,))[0] > 0


def test_the_trail_that_both_groups_sealed_is_whole(two: Groups) -> None:
    verified = two.services[0].command("audit", "verify")

    assert verified.returncode == 0, verified.stdout + verified.stderr


def test_an_upgrade_through_the_pooler_is_refused_and_says_how(two: Groups) -> None:
    refused = two.services[0].command("db", "upgrade")

    assert refused.returncode == 1
    assert "PRESCREEN_DATABASE_URL naming the server itself" in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_posts_are_limited_over_all_processes(clusters: Two, tmp_path_factory: pytest.TempPathFactory) -> None:
    limit = {"PRESCREEN_VISITOR_RATE_LIMIT": f"{LIMIT}/hour"}
    with groups.running(clusters, lambda: tmp_path_factory.mktemp("limited"), limit) as made:
        for one in made.services:
            one.workers = 2
            one.start()
        with ThreadPoolExecutor(8) as pool:
            told = Counter(
                pool.map(lambda _: Browser(made.port).post(QUESTION, {"diagnosed": "yes"}).status, range(60))
            )

    assert told[429] == 60 - LIMIT


class Watching:
    """A visitor who looks at a question again and again, and notes in which wording it is."""

    def __init__(self, port: int) -> None:
        self._browser, self.seen = Browser(port), list[str]()
        self._browser.post(QUESTION, {"answer": "yes", "taken_medication": "yes"})

    def look(self, until: float) -> None:
        while time.monotonic() < until:
            page = self._browser.get(QUESTION)
            assert page.status == 200, page.status
            self.seen.append("new" if NEW in page.text else "old" if OLD in page.text else "neither")
            time.sleep(0.02)


def test_a_rolling_change_of_criteria_leads_nobody_back(
    clusters: Two, tmp_path_factory: pytest.TempPathFactory, tell: Tell
) -> None:
    criteria = tmp_path_factory.mktemp("published") / "criteria"
    shutil.copytree(SHIPPED_CRITERIA, criteria)
    published = {"PRESCREEN_PUBLISHED_CRITERIA": "on"}
    with groups.running(clusters, lambda: tmp_path_factory.mktemp("rolling"), published) as made:
        publish(made, criteria)
        for one in made.services:
            one.start()
        visitors = [Watching(made.port) for _ in range(VISITORS)]
        until = time.monotonic() + 20
        looking = [threading.Thread(target=one.look, args=(until,)) for one in visitors]
        for thread in looking:
            thread.start()
        file = criteria / "questions.yaml"
        file.write_text(file.read_text().replace(OLD, NEW))
        publish(made, criteria)
        for thread in looking:
            thread.join()

    seen = [one.seen for one in visitors]
    assert all(one == sorted(one, reverse=True) for one in seen), seen
    assert {one[-1] for one in seen} == {"new"}
    tell(f"two groups: {sum(map(len, seen))} looks of {VISITORS} visitors during a change of criteria, none led back")


def publish(made: Groups, criteria: Path) -> None:
    done = made.services[0].command("publish", str(criteria), "--now")
    assert done.returncode == 0, done.stdout + done.stderr
