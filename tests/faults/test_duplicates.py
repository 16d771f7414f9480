"""A form is sent many times at once, or again because its answer got lost: one lead, and the same thanks."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from tests.faults.conftest import Make, Tell
from tests.faults.counts import COUNTS
from tests.faults.cutting_proxy import cutting
from tests.faults.ledger import Ledger, all_saved, faultless, held
from tests.faults.person import FORM, SECONDS, Browser, Filled, Outcome, filled, send, settled
from tests.faults.service import Service


def forms(service: Service, many: int) -> list[Filled]:
    """Fill in so many forms in one browser."""
    browser = Browser(service.port, settled(service.port))
    return [filled(browser) for _ in range(many)]


def sent_at_once(service: Service, form: Filled, ways: int, pool: ThreadPoolExecutor) -> list[Outcome]:
    """Send one form on so many connections at the same moment."""
    ready = Barrier(ways)

    def one(_: int) -> Outcome:
        ready.wait(SECONDS)
        return send(service.port, form)

    return list(pool.map(one, range(ways)))


def everything_sent_at_once(service: Service, ledger: Ledger, many: int) -> Counter[Outcome]:
    """Send so many forms, each on many connections at once; return how often people were told what."""
    told: Counter[Outcome] = Counter()
    with ThreadPoolExecutor(COUNTS.ways) as pool:
        for form in forms(service, many):
            told.update(ledger.note(form, one) for one in sent_at_once(service, form, COUNTS.ways, pool))
    return told


def sent_again_after_lost_answers(service: Service, ledger: Ledger, many: int) -> list[Outcome]:
    """Send so many forms whose answers get lost, and each again; return what people were told then."""
    made = forms(service, many)
    with cutting(service.port) as port:
        first = [ledger.note(form, send(port, form)) for form in made]
    assert {*first} == {Outcome.CUT}
    return [ledger.note(form, send(service.port, form)) for form in made]


def test_a_form_that_is_sent_many_times_at_once_is_stored_once(running: Service, tell: Tell, engine: str) -> None:
    ledger = Ledger()

    told = everything_sent_at_once(running, ledger, COUNTS.forms)

    faultless(ledger, running)
    assert len(ledger.acknowledged) == COUNTS.forms
    # On a busy machine some are told to send it again.
    assert told[Outcome.CUT] == 0
    tell(
        f"{engine}: {COUNTS.forms} forms, each sent {COUNTS.ways} times at once: {COUNTS.forms} leads, "
        f"{told[Outcome.SAVED]:,} thanked, {told[Outcome.REFUSED]:,} told to send it again"
    )


def test_a_form_whose_answer_got_lost_is_stored_once(running: Service, tell: Tell, engine: str) -> None:
    ledger = Ledger()

    told = sent_again_after_lost_answers(running, ledger, COUNTS.lost_answers)

    assert all_saved(told)
    faultless(ledger, running)
    tell(f"{engine}: {COUNTS.lost_answers} answers lost after the commit, sent again: {COUNTS.lost_answers} leads")


def test_a_twin_that_takes_every_submission_for_a_new_one_is_convicted(make: Make, tell: Tell, engine: str) -> None:
    service, at_once, again = make("forgetful", workers=2), Ledger(), Ledger()
    service.start()

    everything_sent_at_once(service, at_once, 1)
    sent_again_after_lost_answers(service, again, 1)

    doubled = at_once.doubled(held(service))
    assert doubled == at_once.told.keys() | again.told.keys()
    tell(f"{engine}: the twin that forgets submissions doubled every lead")


def test_a_known_form_with_other_content_is_refused_and_changes_nothing(running: Service) -> None:
    [form] = forms(running, 1)
    assert send(running.port, form) is Outcome.SAVED

    browser = Browser(running.port, form.cookies)
    reply = browser.post(FORM, {**form.fields, "name": "Somebody Else"})

    assert reply.status == 409
    assert (held(running).leads[form.name], held(running).leads["Somebody Else"]) == (1, 0)
