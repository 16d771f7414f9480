"""How much memory a process with so many trials holds: `python -m benchmarks.matching.memory 10000`."""

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
    """Measure in a fresh process; megabytes by stage, empty where the system does not tell."""
    command = [sys.executable, "-m", "benchmarks.matching.memory", str(trials)]
    run = subprocess.run(command, check=False, capture_output=True, text=True)
    return json.loads(run.stdout) if run.returncode == 0 else {}


def measured(trials: int) -> Mapping[str, float]:
    """Build up stage by stage and note the memory after each."""
    from benchmarks.base import workload
    from prescreen.eligibility.assessment.answers import Facts
    from prescreen.eligibility.interview.question_selection import Interview
    from prescreen.eligibility.matching.planner import Planner

    stages = {"imports": _resident("VmRSS")}
    bank = workload.bank()
    made = workload.trials(bank, trials)
    stages["trials"] = _resident("VmRSS")
    planner = Planner(Interview(bank, made))
    stages["compiled"] = _resident("VmRSS")
    for values in workload.people(bank, 20):
        planner.at(Facts(bank, workload.answers(values), workload.ON)).next_question  # noqa: B018 - worked out once
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
    """Ask the allocator to return what is free, so that only what is held counts."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


if __name__ == "__main__":
    print(json.dumps(measured(int(sys.argv[1]))))
