"""The two seams of collecting, as protocols: who asks AWS, and who keeps what came back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from srm_docs.checks.call import Call
from srm_docs.checks.place import Place
from srm_docs.collect.answer import Answer, Question, State


class Ask(Protocol):
    """Ask one question, paginated to the end. Never raises for what AWS says: a refusal is an answer."""

    def ask(self, call: Call, place: Place, params: Mapping[str, Any]) -> Answer:
        """Every page, or the pages up to a refusal."""
        ...

    def release(self, service: str) -> None:
        """The service's last place is done: its clients and model may go."""
        ...


class Keep(Protocol):
    """Keep answers as they come: whole or not at all, redacted before anything is written."""

    def kept(self, question: Question) -> State | None:
        """The state of a question answered in an earlier run of the same snapshot, or None."""
        ...

    def keep(self, call: Call, question: Question, answer: Answer) -> State:
        """Redact, write, and tell the state."""
        ...

    def pages(self, question: Question) -> tuple[Mapping[str, Any], ...]:
        """The (redacted) pages kept for a question, for the calls that depend on it."""
        ...
