"""The texts of trials' files, with the comments that nothing else reads.

A module of its own, since the registry watch reads one text and the command all of them.
"""

import re
from pathlib import Path

from prescreen.catalog.base.yaml_documents import MOST_BYTES
from prescreen.catalog.criteria.folder_reader import TRIALS

_ID = re.compile(r"^id: *[\"']?([\w.-]+)", re.MULTILINE)


def trial_text(root: Path, trial_id: str) -> str:
    """Return the text of the file of a trial in a criteria folder; "" where it cannot be read now."""
    text = _read(root / TRIALS / f"{trial_id}.yaml")
    if text is not None and _is_of(text, trial_id):
        return text
    others = map(_read, sorted((root / TRIALS).glob("*.yaml")))
    return next((one for one in others if one and _is_of(one, trial_id)), "")


def _read(file: Path) -> str | None:
    try:
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES).decode("utf-8-sig", "replace")
    except OSError:
        return None


def _is_of(text: str, trial_id: str) -> bool:
    found = _ID.search(text)
    return found is not None and found[1] == trial_id
