"""The real records and protocols that some tests read, where PRESCREEN_TEST_SOURCES names a folder of them.

The folder holds `trials` (records about the back), `other-conditions` and `usdm`. Without it these tests are left out.
"""

import os
from pathlib import Path

import pytest

FOLDER = os.environ.get("PRESCREEN_TEST_SOURCES")
BACK, OTHERS, PROTOCOLS = "trials", "other-conditions", "usdm"

with_sources = pytest.mark.skipif(FOLDER is None, reason="PRESCREEN_TEST_SOURCES names no folder of records")


def sources(*folders: str) -> list[Path]:
    """Return the files of these subfolders in order, none where the folder is not given."""
    return [file for one in folders for file in sorted(Path(FOLDER or "/nowhere", one).glob("*.json"))]
