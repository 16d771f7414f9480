"""Print how much of what a careful reader marked the splitting finds.

`python -m tests.catalog.authoring.report_marks FOLDER`, where FOLDER holds `trials` and `other-conditions`.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from prescreen.eligibility.registry_text.splitting import criteria_in
from tests.catalog.authoring.marked import Found, MarkedRecord, found, marked_records, report, text_of


def all_found(folder: Path, records: Sequence[MarkedRecord]) -> list[Found]:
    """Return how each marked record of a folder of sources is split."""
    return [found(one, criteria_in(text_of(folder / one.record))) for one in records]


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("name the folder that holds trials and other-conditions")
    for line in report(all_found(Path(sys.argv[1]), marked_records())):
        sys.stdout.write(f"{line}\n")
