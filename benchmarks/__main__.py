"""All benchmarks, one after the other: what ``make bench`` runs."""

import subprocess
import sys

BENCHMARKS = (
    "benchmarks.timetable",
    "benchmarks.pages",
    "benchmarks.figures",
    "benchmarks.recording",
    "benchmarks.lists",
    "benchmarks.matching",
)


def main() -> int:
    """Run each as a program of its own, so that none warms up another; the worst exit code is ours."""
    return max(subprocess.call([sys.executable, "-m", name]) for name in BENCHMARKS)  # our own modules


if __name__ == "__main__":
    sys.exit(main())
