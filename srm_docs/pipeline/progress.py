"""What the stages tell a person while they work."""

from __future__ import annotations

from srm_docs.collect.run import Step


class Progress:
    """What the stages tell a person. The console's has the same methods."""

    def step(self, step: Step) -> None:
        """Some answers more."""

    def say(self, text: str) -> None:
        """A stage begins."""
