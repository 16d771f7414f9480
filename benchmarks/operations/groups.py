"""What a request costs, and how throughput grows from one group of processes to two, on one PostgreSQL behind nginx.

    python -m benchmarks.operations.groups [--share 0.2] [--seconds 5] [--rounds 3]

Load, proxy and database need cores of their own. Where a machine has too few, `--share` gives each group that part of
a core (as root, by a control group): then what is measured is whether groups hold each other up, not how many cores
there are. One group and two take turns. Seconds of processor time are those of all processes of a part.
"""

from __future__ import annotations

import argparse
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.web.services import Client
from tests.attackers import family, processor_seconds
from tests.databases import postgres_database, upgraded
from tests.faults.groups import KEYS
from tests.faults.person import FORM, Browser, Filled, filled, settled
from tests.faults.service import Service, killed_at_the_end
from tests.services import nginx, postgres
from tests.services.postgres import Cluster
from tests.web.visitor import SLUG

CONNECTIONS = 8
_PERIOD_US = 100_000
_GROUPS_OF_KERNEL = Path("/sys/fs/cgroup")


@dataclass(frozen=True)
class Work:
    """One kind of request: `send` sends one on a connection, with what `prepare` made for all of them."""

    name: str
    prepare: Callable[[int, int], Sequence[Filled]]
    send: Callable[[Client, Filled | None], int]


def _nothing(_port: int, _many: int) -> Sequence[Filled]:
    return ()


def _forms(port: int, many: int) -> Sequence[Filled]:
    browser = Browser(port, settled(port))
    return [filled(browser) for _ in range(many)]


def _read(client: Client, _: Filled | None) -> int:
    return client.get(f"/{SLUG}").status


def _answer(client: Client, _: Filled | None) -> int:
    return client.post(f"/{SLUG}/screener/diagnosed", {"answer": "yes"}).status


def _question(client: Client, _: Filled | None) -> int:
    return client.get(f"/{SLUG}/screener/diagnosed").status


def _results(client: Client, form: Filled | None) -> int:
    if form is not None:
        client.cookies.update(form.cookies)
    return client.get(f"/{SLUG}/results").status


def _submit(client: Client, form: Filled | None) -> int:
    if form is None:
        raise StopIteration
    client.cookies.update(form.cookies)
    return client.post(FORM, dict(form.fields)).status


WORKS = (
    Work("read the article", _nothing, _read),
    Work("open a question", _nothing, _question),
    Work("answer a question", _nothing, _answer),
    Work("see the results", lambda port, _: _forms(port, CONNECTIONS), _results),
    Work("send one's details", _forms, _submit),
)
_MOST_FORMS = 400


@dataclass(frozen=True)
class Round:
    """One round: answers a second, and milliseconds of processor time an answer by part."""

    speed: float
    costs: Mapping[str, float]


def measured(work: Work, port: int, parts: Mapping[str, Sequence[int]], seconds: float) -> Round:
    """Send requests of a kind on all connections for so many seconds."""
    forms = list(work.prepare(port, _MOST_FORMS))
    before = {name: sum(map(processor_seconds, pids)) for name, pids in parts.items()}
    done, lock, began = [0], threading.Lock(), time.perf_counter()

    def go_on(number: int) -> None:
        client, own = Client(port), forms[number::CONNECTIONS]
        uses_up = work.send is _submit
        while time.perf_counter() - began < seconds and (own or not uses_up):
            form = own.pop() if uses_up else next(iter(own), None)
            status = work.send(client, form)
            if status not in (200, 303):
                raise RuntimeError(f"{work.name}: {status}")
            with lock:
                done[0] += 1

    threads = [threading.Thread(target=go_on, args=(number,)) for number in range(CONNECTIONS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    took, count = time.perf_counter() - began, max(done[0], 1)
    costs = {name: 1000 * (sum(map(processor_seconds, pids)) - before[name]) / count for name, pids in parts.items()}
    return Round(count / took, costs)


@contextmanager
def limited(roots: Sequence[int], share: float) -> Iterator[None]:
    """Give processes, and those below them, a part of one core for a `with` block."""
    is_old = (_GROUPS_OF_KERNEL / "cpu").is_dir()
    folder = _GROUPS_OF_KERNEL / ("cpu" if is_old else "") / f"prescreen-{roots[0]}"
    folder.mkdir()
    quota = int(share * _PERIOD_US)
    name, value = ("cpu.cfs_quota_us", str(quota)) if is_old else ("cpu.max", f"{quota} {_PERIOD_US}")
    (folder / name).write_text(value)
    try:
        for pid in (one for root in roots for one in family(root)):
            (folder / "cgroup.procs").write_text(f"{pid}")
        yield
    finally:
        for member in (folder / "cgroup.procs").read_text().split():
            (folder.parent / "cgroup.procs").write_text(member)
        folder.rmdir()


def _postmaster(cluster: Cluster) -> int:
    return int((cluster.folder / "data" / "postmaster.pid").read_text().split()[0])


def main() -> None:
    """Measure, and print a line for each kind of request."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.operations.groups", description=__doc__)
    parser.add_argument("--share", type=float, help="the part of a core that each group gets; all if left out")
    parser.add_argument("--seconds", type=float, default=5.0, help="of a round")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with ExitStack() as opened:
        cluster = opened.enter_context(postgres.cluster(postgres.DURABLE))
        groups = _started(opened, cluster)
        roots = [one.process.pid for one in groups if one.process]
        ports = [opened.enter_context(nginx.balancing([one.port for one in groups[:many]])) for many in (1, 2)]
        for root in roots if given.share else ():
            opened.enter_context(limited([root], given.share))
        parts = {"service": roots, "database": [_postmaster(cluster)]}
        for work in WORKS:
            _print(work, [[measured(work, port, parts, given.seconds) for port in ports] for _ in range(given.rounds)])


def _started(opened: ExitStack, cluster: Cluster) -> list[Service]:
    url = opened.enter_context(postgres_database(cluster.url))
    upgraded(url)
    folders = [Path(opened.enter_context(TemporaryDirectory())) for _ in range(2)]
    groups = [opened.enter_context(killed_at_the_end(Service(url, folder, settings=KEYS))) for folder in folders]
    for one in groups:
        one.start()
    return groups


def _print(work: Work, rounds: Sequence[Sequence[Round]]) -> None:
    one, two = (median(pair[many].speed for pair in rounds) for many in (0, 1))
    ratios = sorted(pair[1].speed / pair[0].speed for pair in rounds)
    costs = {name: median(pair[0].costs[name] for pair in rounds) for name in ("service", "database")}
    told = ", ".join(f"{name} {cost:.2f} ms" for name, cost in costs.items())
    spread = f"{median(ratios):.2f}x ({ratios[0]:.2f}-{ratios[-1]:.2f})"
    print(f"{work.name:<20} one group {one:7.1f}/s, two {two:7.1f}/s, {spread}; {told}", flush=True)


if __name__ == "__main__":
    main()
