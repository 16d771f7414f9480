"""Runs everything and writes `docs/benchmarks.md` and its picture: `python -m benchmarks [--quick]`."""

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import sections
from benchmarks.authoring.drafting import drafting
from benchmarks.authoring.splitting import splitting
from benchmarks.base.line_charts import picture
from benchmarks.base.report import Section, page, targets_table
from benchmarks.catalog.reading import checking
from benchmarks.export.exports import exports
from benchmarks.interview.shipped_interviews import interviews
from benchmarks.participants.durable_submissions import durable_submissions
from benchmarks.web.answer_cookie import answer_cookie
from benchmarks.web.in_process import in_process
from benchmarks.web.page_latency import pages_served
from benchmarks.web.start import start
from benchmarks.worklist.worklist_page import worklist

_FAILED = "This part failed:"
_DOCS = Path(__file__).parents[1] / "docs"
_PARTS: tuple[Callable[[sections.Sizes], Section], ...] = (
    sections.one_person_many_trials,
    sections.compiling,
    sections.questions_asked,
    interviews,
    sections.one_trial_many_people,
    sections.stored_leads,
    checking,
    splitting,
    drafting,
    answer_cookie,
    pages_served,
    durable_submissions,
    in_process,
    start,
    exports,
    worklist,
)


def main() -> int:
    """Run all parts; 1 if one of them failed or somebody's determinations were wrong."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    names = [part.__name__ for part in _PARTS]
    parser.add_argument("--only", choices=names, action="append", help="run these parts alone; write nothing")
    parser.add_argument("--quick", action="store_true", help="small sizes and few rounds; write nothing")
    arguments = parser.parse_args()
    quick, only = arguments.quick, arguments.only or names
    done: list[Section] = []
    for part in (part for part in _PARTS if part.__name__ in only):
        done.append(_run(part, sections.QUICK if quick else sections.FULL))
        print(f"{done[-1]}\n", flush=True)
    print(f"## Against the targets\n\n{targets_table(done)}")
    if not quick and only == names:
        _write(done)
    return int(any(fault in str(section) for section in done for fault in ("WRONG", _FAILED)))


def _run(part: Callable[[sections.Sizes], Section], sizes: sections.Sizes) -> Section:
    try:
        return part(sizes)
    except Exception as error:  # the edge: half an hour of other figures must not be lost
        return Section(part.__name__.replace("_", " ").capitalize(), f"{_FAILED} {type(error).__name__}: {error}")


def _write(done: list[Section]) -> None:
    (_DOCS / "images").mkdir(parents=True, exist_ok=True)
    (_DOCS / "benchmarks.md").write_text(page(done, datetime.now(UTC).date(), quick=False))
    panels = [(section.title, _along(section), section.curves) for section in done if section.curves]
    (_DOCS / "images" / "benchmarks.svg").write_text(picture(panels))
    print(f"\nWritten: {_DOCS / 'benchmarks.md'} and its picture.")


def _along(section: Section) -> str:
    return "trials" if section.title.endswith("trials") else "people"


if __name__ == "__main__":
    sys.exit(main())
