"""The memory of a process that holds compiled trials, measured in a fresh one."""

import ctypes
import gc
import json
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

_MEBIBYTE = 1024


def memory_of(trials: int) -> Mapping[str, float]:
    """Measure in a fresh process; return megabytes by stage, empty where the system does not tell."""
    command = [sys.executable, "-m", "benchmarks.matching.memory", str(trials)]
    run = subprocess.run(command, check=False, capture_output=True, text=True)
    return json.loads(run.stdout) if run.returncode == 0 else {}


def measured(trials: int) -> Mapping[str, float]:
    """Build stage by stage and return the memory after each, in megabytes."""
    from benchmarks.base import workload
    from prescreen.eligibility.matching import Matching

    stages = {"imports": _resident("VmRSS")}
    bank = workload.bank()
    made = workload.trials(bank, trials)
    stages["trials"] = _resident("VmRSS")
    matching = Matching(bank, made)
    stages["compiled"] = _resident("VmRSS")
    for values in workload.people(bank, 20):
        matching.match_known(values)
    stages["judged"] = _resident("VmRSS")
    return stages | {"peak": _resident("VmHWM")}


def _resident(which: str) -> float:
    gc.collect()
    if sys.platform == "linux":
        _give_back()
    status = Path("/proc/self/status").read_text()
    found = re.search(rf"^{which}:\s*(\d+) kB$", status, re.MULTILINE)
    return int(found[1]) / _MEBIBYTE if found else 0.0


def _give_back() -> None:
    """Make the allocator return free memory, so that only memory in use counts."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


if __name__ == "__main__":
    print(json.dumps(measured(int(sys.argv[1]))))
