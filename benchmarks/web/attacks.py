"""What strangers with a few connections can do to a service: `python -m benchmarks.web.attacks`.

A real `prescreen serve` on loopback with nothing in front. Pages are opened during each attack and must come within a
second. Then: the memory that requests with large heads leave behind, and the processor time of the dearest requests
that a stranger can send.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote, urlencode

from benchmarks.web.page_latency import OPENING_ANSWERS
from benchmarks.web.services import Client
from benchmarks.web.slow_downloads import served
from tests.attackers import ALIVE, ARTICLE, URGENT_ADVICE, Attacker, ask, post, processor_seconds, resident_kib
from tests.slow_readers import SlowReader, sign_in

HOST, WITHIN_SECONDS, SLUG = "127.0.0.1", 1.0, "low-back-pain"
_PAGES = (ALIVE, ARTICLE, URGENT_ADVICE)
_KIB = 1024
_PROBES = 200


@contextmanager
def unfinished(port: int) -> Iterator[str]:
    """Hold two hundred requests open that never end."""
    with Attacker(port) as attacker:
        for number in range(200):
            with suppress(OSError):
                (attacker.unfinished_post if number % 4 else attacker.unfinished_head)()
        yield "200 unfinished requests"


@contextmanager
def slow_connections(port: int) -> Iterator[str]:
    """Hold sixty connections that send a byte at a time, half of them heads and half bodies, and ask for the health."""
    with Attacker(port) as attacker:
        for number in range(60):
            (attacker.unfinished_post if number % 2 else attacker.unfinished_head)()
        slowest = 0.0
        for _ in range(_PROBES):
            attacker.drip()
            answer = ask(port, ALIVE, seconds=WITHIN_SECONDS)
            slowest = max(slowest, answer.seconds if answer.status == HTTPStatus.OK else float("inf"))
        yield f"60 slow connections, the slowest of {_PROBES} health answers in {slowest * 1000:.0f} ms"


@contextmanager
def slow_readers(port: int) -> Iterator[str]:
    """Ask for sixty exports and read next to nothing of them."""
    who = sign_in(HOST, port)
    with ExitStack() as opened:
        readers = [opened.enter_context(SlowReader(who)) for _ in range(60)]
        begun = [reader.status(WITHIN_SECONDS) for reader in readers].count(200)
        yield f"60 slow readers of exports, {begun} served"


@contextmanager
def http2(port: int) -> Iterator[str]:
    """Open four connections over clear HTTP/2, each with fifty posts that never end."""
    with Attacker(port) as attacker:
        for _ in range(4):
            attacker.http2_streams()
        yield "4 connections over clear HTTP/2"


def pages_that_come(port: int) -> int:
    """Return how many of the pages come in time."""
    answers = [ask(port, page, seconds=WITHIN_SECONDS) for page in _PAGES]
    return sum(answer.status == 200 for answer in answers)


def memory_kept(port: int, pid: int, requests: int) -> int:
    """Return the KiB that so many requests with a header of 300 KB, all different, leave behind."""
    ask(port, ARTICLE, {"Accept-Language": "x" * 300 * _KIB})
    before = resident_kib(pid)
    for number in range(requests):
        header = ",".join(f"{number}-{at}" for at in range(40_000))[: 300 * _KIB]
        ask(port, ARTICLE, {"Accept-Language": header})
    return resident_kib(pid) - before


Sent = Callable[[int], object]


def dear_requests() -> dict[str, Sent]:
    """Return requests that cost much for their size, by name."""
    combining = "a" + "".join(random.Random(1).choices("\u0301\u0316\u0327\u0338\u05b0\u3099", k=8_000))
    large = 60_000

    def form(path: str, **fields: str) -> Sent:
        return lambda port: post(port, path, urlencode(fields).encode()[: 64 * _KIB])

    def page(path: str, **headers: str) -> Sent:
        return lambda port: ask(port, path, headers, seconds=60)

    return {
        "article": page(ARTICLE),
        "Accept-Language of 300 KB": page(ARTICLE, **{"Accept-Language": "x1,x2,x3," * 33_000}),
        "Accept-Language of 30 KB": page(ARTICLE, **{"Accept-Language": "es;q=0.1," * 3_000}),
        "200 KB of cookies": page(ARTICLE, Cookie="; ".join(f"a{n}=1" for n in range(30_000))),
        "30 KB of cookies": page(ARTICLE, Cookie="; ".join(f"a{n}=1" for n in range(4_000))),
        "an answer cookie of 30 KB": page(f"{ARTICLE}/results", Cookie="prescreen-low-back-pain=" + "A" * 30_000),
        "an address of 60 KB": page("/" + "a" * large),
        "an address of 3 KB of parameters": page(ARTICLE + "?" + "utm_source=1&" * 300),
        "an address of 4 KB that is escaped": page("/" + quote("\u00e9" * 600)),
        "a link that is not one": page("/my/" + "A" * 3_000),
        "the link again, an address of 60 KB": form("/my/again", email="a@" + "b" * large),
        "the link again, combining marks": form("/my/again", email=combining + "@example.org"),
        "sign-in, an address of 60 KB": sign_in_with("a@" + "b." * 30_000, "x" * 100),
        "sign-in, combining marks": sign_in_with(combining[: 9 * _KIB] + "@example.org", "x" * 100),
        "sign-in, a wrong password (hashed slowly on purpose)": sign_in_with("a@example.org", "x" * 100),
        "sign-in, a password of 60 KB": sign_in_with("b@example.org", "x" * large),
        "results after five answers": results,
        "an answer of 60 KB": form(f"/{SLUG}/screener/diagnosed", answer="9" * large),
        "an answer with 400 parts": lambda port: post(port, f"/{SLUG}/screener/diagnosed", b"answer=yes&" * 400),
        "a form with 6,000 parts": lambda port: post(port, f"/{SLUG}/screener/diagnosed", b"a=1&" * 6_000),
        "a form with escapes": lambda port: post(port, "/my/again", b"email=" + b"%cc%81" * 10_000),
        "a post that declares 1 GB": lambda port: post_declaring(port, 1 << 30),
    }


def sign_in_with(email: str, password: str) -> Sent:
    """Return a request that tries to sign in, on a page that was opened for it."""

    def send(port: int) -> None:
        client = Client(port)
        form = {**client.get("/recruiter/login").hidden(), "email": email, "password": password}
        client.post("/recruiter/login", form)

    return send


def results(port: int) -> None:
    """Answer the questions that every interview begins with, and open the results."""
    client = Client(port)
    for question, answer in OPENING_ANSWERS.items():
        client.post(f"{ARTICLE}/screener/{question}", {"answer": answer})
    client.get(f"{ARTICLE}/results")


def post_declaring(port: int, size: int) -> None:
    """Send the head of a post with a body that is never sent, and read the answer."""
    with Attacker(port) as attacker, suppress(OSError):
        attacker.send(f"POST /my/again HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n\r\n".encode()).recv(4096)


def cost(port: int, pid: int, send: Sent, rounds: int) -> float:
    """Return the processor time of a request in seconds: the mean of several, after one that is not counted."""
    send(port)
    before = processor_seconds(pid)
    for _ in range(rounds):
        send(port)
    return (processor_seconds(pid) - before) / rounds


def main() -> None:
    """Run the attacks one after the other and print what they did."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--heads", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", choices=("pages", "memory", "cost"))
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, served(Path(folder), asked.workers, megabytes=12.0) as (port, pid):
        if asked.only in (None, "memory"):
            kept = memory_kept(port, pid, asked.heads) / _KIB
            print(f"{asked.heads} requests with a header of 300 KB left {kept:.1f} MB behind", flush=True)
        for attack in (unfinished, slow_connections, slow_readers, http2) if asked.only in (None, "pages") else ():
            with attack(port) as words:
                print(f"{words}: {pages_that_come(port)} of {len(_PAGES)} pages came", flush=True)
            print(f"  after it: {pages_that_come(port)} of {len(_PAGES)}", flush=True)
        if asked.only in (None, "cost"):
            costs = {name: cost(port, pid, send, asked.rounds) for name, send in dear_requests().items()}
            for name, seconds in sorted(costs.items(), key=lambda one: -one[1]):
                print(f"{seconds * 1000:8.1f} ms  {name}", flush=True)


if __name__ == "__main__":
    main()
