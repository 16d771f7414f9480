"""Secrets as files: `PRESCREEN_SECRET_KEY_FILE` names a file that holds what `PRESCREEN_SECRET_KEY` would.

A module of its own: containers and service managers hand over secrets as files, since the environment of a process is
shown to whoever may inspect it.
"""

import stat
from collections.abc import Mapping
from pathlib import Path

SUFFIX = "_FILE"
"""What is added to the name of a variable for the name of the file that holds its text."""


def secret_given(environ: Mapping[str, str], variable: str) -> str:
    """Return the text of a variable, or of the file that the variable with `_FILE` names; empty where neither is set.

    Raise ValueError, which shows no secret, where both are set, or where the file is open to others, is empty or cannot
    be read.
    """
    text, path = environ.get(variable, "").strip(), environ.get(variable + SUFFIX, "").strip()
    if not path:
        return text
    if text:
        raise ValueError(f"{variable} is set too; take one of them out")
    return _content(Path(path))


def _content(path: Path) -> str:
    try:
        # Not the group: Kubernetes and systemd let a service read its secrets through a group.
        if path.stat().st_mode & stat.S_IRWXO:
            raise ValueError(f"other users of this machine can read this secret; chmod 400 {path}")
        text = path.read_text().strip()
    except OSError as error:
        raise ValueError(f"{path} cannot be read ({error.strerror}); give it to the user of the service") from error
    except UnicodeDecodeError:
        raise ValueError(f"{path} is no text") from None
    if not text:
        raise ValueError(f"{path} is empty; write the secret to it")
    return text
