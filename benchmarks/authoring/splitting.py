"""What taking eligibility texts apart takes, and that a text fifty times as long takes about fifty times as long.

With a folder of real records, `python -m benchmarks.authoring.splitting FOLDER` tells the same of those.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.authoring.drafting import shipped_records
from benchmarks.base.report import Section, Table, Target, timed
from benchmarks.base.timing import Range, mean_time, turns
from benchmarks.sections import Sizes
from prescreen.eligibility.registry_text.splitting import criteria_in

LEAST, AIM = 1_000, 1_500
MANY = 50
EACH, ONE_TEXT = "one text after the other", f"all of them {MANY} times over, as one text"


def texts_of(records: Sequence[bytes]) -> list[str]:
    """Return the eligibility texts of registry records."""
    sections = [json.loads(one)["protocolSection"] for one in records]
    return [one.get("eligibilityModule", {}).get("eligibilityCriteria", "") for one in sections]


def splitting(_: Sizes) -> Section:
    """Take apart texts as long as those of the shipped trials."""
    return _section(texts_of(shipped_records()))


def _section(texts: Sequence[str]) -> Section:
    long = "\n\n".join([*texts] * MANY)
    works = {EACH: lambda _: [criteria_in(one) for one in texts], ONE_TEXT: lambda _: criteria_in(long)}
    times = turns(works, [None], rounds=5, budget=20)
    took = mean_time(times, EACH)
    rate = Range(*(len(texts) / seconds for seconds in (took.middle, took.high, took.low)))
    growth = Range.of(times[ONE_TEXT][at][0] / times[EACH][at][0] for at in range(len(times[ONE_TEXT])))
    return Section(
        "Taking eligibility texts apart",
        f"{len(texts)} texts of {sum(map(len, texts)) / 1e3:,.0f} KB together, in one process.",
        [Table(["", "time of all"], [[one, timed(mean_time(times, one))] for one in works])],
        targets=[
            Target("texts taken apart", LEAST, AIM, rate, unit="/s"),
            Target(f"a text {MANY} times as long, in times", 2 * MANY, MANY, growth, less_is_better=True),
        ],
    )


if __name__ == "__main__":
    found = [file.read_bytes() for file in sorted(Path(sys.argv[1]).rglob("NCT*.json"))] if sys.argv[1:] else []
    section = _section(texts_of(found or shipped_records()))
    print(section, *(f"{one.work}: {one.reached}" for one in section.targets), sep="\n\n")
