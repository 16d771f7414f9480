"""Processes of the service are killed while people send: who was thanked is stored, once."""

from __future__ import annotations

import os
import random
import signal
import time
from contextlib import suppress
from statistics import median

from tests.faults.conftest import Make, Tell
from tests.faults.counts import COUNTS
from tests.faults.crowd import Crowd
from tests.faults.ledger import Ledger, all_saved, faultless, held
from tests.faults.person import settled
from tests.faults.service import Service

WORKERS = 4
A_ROUND = 10
"""Kills in a round: one process after the other, each of which is started again; then everything."""
_LOAD_SECONDS = (0.05, 0.25)
_MOST_OF_TWIN = 12


def kill_one(service: Service) -> None:
    """Kill one of the processes that serve pages, as soon as there is one."""
    while not (running := service.pages()):
        time.sleep(_LOAD_SECONDS[0])
    with suppress(ProcessLookupError):
        os.kill(random.choice(running), signal.SIGKILL)  # noqa: S311 - any of them


def killed_again_and_again(crowd: Crowd, kills: int) -> list[float]:
    """Make so many kills under load; return the seconds from each kill of everything to the next page served."""
    service, back = crowd.service, list[float]()
    for number in range(1, kills + 1):
        if number % A_ROUND == 1:
            crowd.start()
        # Somebody is thanked before each kill, and others are on their way.
        crowd.wait_for(len(crowd.ledger.acknowledged) + 1)
        time.sleep(random.uniform(*_LOAD_SECONDS))  # noqa: S311 - at any moment
        if number % A_ROUND and number < kills:
            kill_one(service)
            continue
        service.kill()
        crowd.stop()
        back.append(service.start())
    return back


def test_who_was_thanked_before_a_kill_is_stored_once(make: Make, tell: Tell, engine: str) -> None:
    service, ledger = make(workers=WORKERS), Ledger()
    service.start()
    crowd = Crowd(service, ledger, settled(service.port))

    back = killed_again_and_again(crowd, COUNTS.kills)
    without_answer = len(crowd.unanswered)
    again = crowd.send_again()

    assert all_saved(again)
    faultless(ledger, service)
    tell(
        f"{engine}: {COUNTS.kills} kills, 0 of {len(ledger.acknowledged):,} acknowledged leads lost, none twice; "
        f"{without_answer} without an answer, sent again; from kill to page {median(back):.1f} s, "
        f"longest {max(back):.1f} s"
    )
    # Last: on a busy machine it fails for the machine's sake, and what was not lost is told all the same.
    assert max(back) < COUNTS.back_seconds


def test_a_twin_that_thanks_before_it_commits_is_convicted(make: Make, tell: Tell, engine: str) -> None:
    service, ledger = make("early", workers=WORKERS), Ledger()
    service.start()
    crowd = Crowd(service, ledger, settled(service.port))

    for kills in range(1, _MOST_OF_TWIN + 1):  # noqa: B007 - told below
        killed_again_and_again(crowd, 1)
        if lost := ledger.lost(held(service)):
            break

    assert lost
    tell(f"{engine}: the twin that thanks before it commits lost {len(lost)} leads after {kills} kills")
