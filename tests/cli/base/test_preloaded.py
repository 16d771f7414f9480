"""What the fork server imports is worked out there, before anything can change on the disk."""

import subprocess
import sys

_ASKED = """
import prescreen.cli.base.preloaded
from prescreen.catalog.base.signed_cache import engine_version
print(engine_version.cache_info().currsize)
"""


def test_a_fork_signs_with_the_version_of_the_code_that_it_runs() -> None:
    done = subprocess.run([sys.executable, "-c", _ASKED], capture_output=True, text=True, check=True, timeout=60)

    assert done.stdout == "1\n"
