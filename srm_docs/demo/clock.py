"""Days ago -> moto believes it is then, so that what is created while seeding has an age."""

from __future__ import annotations

import datetime as dt
import importlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

# Most of moto asks `moto.core.utils` for the time; these few modules read the clock themselves. name -> its attribute.
_OWN_CLOCKS = {
    "moto.core.utils": "datetime",
    "moto.s3.models": "datetime",
    "moto.secretsmanager.models": "time",
    "moto.ecr.models": "datetime",
    "moto.rds.models": "datetime",
    "moto.guardduty.models": "datetime",
    "moto.apigateway.models": "time",
    "moto.securityhub.models": "datetime",
}


class Clock:
    """A clock that stands still: 03:00 UTC of the day of seeding, or so many days before it.

    It starts from a whole day, so that two seedings on one day give the same dates; across days only dates differ.
    """

    def __init__(self, today: dt.date | None = None) -> None:
        """Begin at 03:00 UTC of `today` (default: the current UTC day)."""
        day = today or dt.datetime.now(dt.UTC).date()
        self.base = dt.datetime(day.year, day.month, day.day, 3, 0, tzinfo=dt.UTC) - dt.timedelta(days=1)
        self.moment = self.base

    def ago(self, days: float) -> dt.datetime:
        """The moment `days` before the base, aware, in UTC."""
        return self.base - dt.timedelta(days=days)

    @contextmanager
    def at(self, days: float) -> Iterator[None]:
        """Within the block, what is created is `days` old."""
        before, self.moment = self.moment, self.ago(days)
        try:
            yield
        finally:
            self.moment = before

    @contextmanager
    def ruling(self) -> Iterator[None]:
        """Within the block, moto reads this clock; afterwards the real one again."""
        undo: list[tuple[Any, str, Any]] = []
        stand_ins = self._stand_ins()
        try:
            for name, attribute in _OWN_CLOCKS.items():
                module = importlib.import_module(name)
                real = getattr(module, attribute, None)
                if real is None:
                    continue
                undo.append((module, attribute, real))
                kind = "class" if real is dt.datetime else attribute
                setattr(module, attribute, stand_ins[kind])
            yield
        finally:
            for module, attribute, real in undo:
                setattr(module, attribute, real)

    def _stand_ins(self) -> dict[str, Any]:
        clock = self

        class Standing(dt.datetime):
            @classmethod
            def now(cls, tz: dt.tzinfo | None = None) -> dt.datetime:  # type: ignore[override]
                return clock.moment.astimezone(tz) if tz else clock.moment.replace(tzinfo=None)

            @classmethod
            def utcnow(cls) -> dt.datetime:  # type: ignore[override]
                return clock.moment.replace(tzinfo=None)

        module = SimpleNamespace(**{name: getattr(dt, name) for name in dir(dt) if not name.startswith("_")})
        module.datetime = Standing
        times = SimpleNamespace(**{name: getattr(time, name) for name in dir(time) if not name.startswith("_")})
        times.time = lambda: clock.moment.timestamp()  # noqa: PLW0108 - the moment moves
        return {"datetime": module, "class": Standing, "time": times}
