"""The environment it runs in -> constraints.txt: every installed distribution but our own, pinned."""

from __future__ import annotations

from importlib.metadata import distributions

HEADER = """\
# The versions that `make` installs, for srm-docs, the demo and the tests alike: tests and PDFs are the same
# bytes tomorrow. Written by `make constraints` (with the oldest Python we support, so that each pin exists
# there); users of the wheel are not bound by it. Why: docs/decisions/0002-dependencies.md
"""
OURS = {"srm-docs"}
INSTALLERS = {"pip", "setuptools", "wheel"}

pins = {dist.name.lower(): f"{dist.name}=={dist.version}" for dist in distributions()}
print(HEADER + "\n".join(pin for name, pin in sorted(pins.items()) if name not in OURS | INSTALLERS))
