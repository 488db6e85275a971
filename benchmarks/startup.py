"""`srm-docs --version` beside `python -c "import click"`: medians of alternating runs, and their ratio."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

RUNS = 15
COMMANDS = {
    "import click": [sys.executable, "-c", "import click"],
    "srm-docs --version": [sys.executable, "-m", "srm_docs", "--version"],
}


def main() -> None:
    """Warm up once, then take turns."""
    taken: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for run in range(RUNS + 1):
        for name, command in COMMANDS.items():
            began = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            if run:
                taken[name].append(time.perf_counter() - began)
    for name, times in taken.items():
        print(f"{name:<20} median {statistics.median(times) * 1000:6.1f} ms   {min(times) * 1000:.1f} to "
              f"{max(times) * 1000:.1f} ms of {RUNS} runs")  # fmt: skip
    plain, ours = (statistics.median(times) for times in taken.values())
    print(f"ratio                {ours / plain:.2f}")


if __name__ == "__main__":
    main()
