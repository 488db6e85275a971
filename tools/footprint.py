"""What a user without extras installs -> its count and size, exit 1 when either is over the limit.

Two ways: --fresh installs our wheel into a new environment (needs an index), which is the real thing; without
it our requirements are followed through the environment this runs in (no network), close enough for a test.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from importlib.metadata import Distribution, PackageNotFoundError, distribution, distributions
from pathlib import Path

from packaging.requirements import Requirement

MOST_PACKAGES = 40
MOST_MEGABYTES = 170
INSTALLERS = {"pip", "setuptools", "wheel"}  # came with the environment, not with us
CHECKOUT = Path(__file__).resolve().parent.parent


def megabytes(dist: Distribution) -> float:
    """Sum a distribution's files as the disk holds them, in MB (10^6 bytes), compiled modules included."""
    paths = (Path(str(dist.locate_file(file))) for file in dist.files or ())
    return sum(path.stat().st_blocks * 512 for path in paths if path.is_file()) / 1e6


def closure(name: str) -> dict[str, Distribution]:
    """Follow the requirements of `name` without extras; those of another platform are skipped."""
    found: dict[str, Distribution] = {}
    wanted = [(name, frozenset({""}))]
    asked = set()
    while wanted:
        asking, extras = wanted.pop()
        key = re.sub(r"[-_.]+", "-", asking).lower()
        if (key, extras) in asked:
            continue
        asked.add((key, extras))
        found[key] = dist = distribution(asking)
        for line in dist.requires or ():
            need = Requirement(line)
            if need.marker is None or any(need.marker.evaluate({"extra": extra}) for extra in extras):
                wanted.append((need.name, frozenset(need.extras | {""})))
    return found


def fresh(constraints: Path) -> None:
    """Install our wheel as a user would and report everything that came with it."""
    with tempfile.TemporaryDirectory(prefix="srm-docs-footprint-") as place:
        run = subprocess.check_call
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
        run([*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", place, str(CHECKOUT)])
        (wheel,) = Path(place).glob("*.whl")
        run([sys.executable, "-m", "venv", "--without-pip", f"{place}/venv"])
        (site,) = Path(place).glob("venv/lib/python*/site-packages")
        pip += ["--python", f"{place}/venv/bin/python"]
        run([*pip, "install", "--constraint", str(constraints), str(wheel)])
        report({dist.name.lower(): dist for dist in distributions(path=[str(site)])})


def report(dists: dict[str, Distribution]) -> None:
    """Print the heaviest first and the sum; end the program when it is over a limit."""
    sizes = {name: megabytes(dist) for name, dist in dists.items() if name not in INSTALLERS}
    for name, size in sorted(sizes.items(), key=lambda item: -item[1])[:8]:
        print(f"{size:8.1f} MB  {name}")
    total = sum(sizes.values())
    limits = f"at most {args.most_megabytes} MB in {args.most_packages}"
    print(f"{total:8.1f} MB  in {len(sizes)} packages, ours among them ({limits})")
    if len(sizes) > args.most_packages or total > args.most_megabytes:
        sys.exit("Too much for a user without extras: see docs/decisions/0002-dependencies.md")
    return dists


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fresh", action="store_true")
    parser.add_argument("--constraints", type=Path, default=CHECKOUT / "requirements/constraints.txt")
    parser.add_argument("--most-packages", type=int, default=MOST_PACKAGES)
    parser.add_argument("--most-megabytes", type=float, default=MOST_MEGABYTES)
    args = parser.parse_args()
    try:
        if args.fresh:
            fresh(args.constraints)
        else:
            report(closure("srm-docs"))
    except PackageNotFoundError as missing:
        sys.exit(f"{missing.name} is not installed here: run `make test` once, or use --fresh")
