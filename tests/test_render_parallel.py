"""Printing side by side: the pool goes when the caller goes, whatever ended it, and no thread of it is left to fail."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
import weakref
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from srm_docs.errors import OutputError
from srm_docs.render import documents, parallel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from srm_docs.packet.model import Packet


def _wanted(_: object) -> bool:
    return True


KINDS = {name: SimpleNamespace(wanted=_wanted, framework="") for name in ("one", "two", "three", "four")}
PACKET = cast("Packet", SimpleNamespace())
NEVER = 240
KEPT: list[object] = [0]
"""Seconds that a document would take, had anybody the time."""


@pytest.fixture(autouse=True)
def _kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "KINDS", KINDS)
    monkeypatch.setattr(documents, "composed", lambda _packet, name, _press: name)
    monkeypatch.setattr("os.cpu_count", lambda: 2)


@pytest.fixture(autouse=True)
def _nothing_is_left(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    raised: list[object] = []
    monkeypatch.setattr(threading, "excepthook", raised.append)
    before = set(threading.enumerate())
    yield
    assert not multiprocessing.active_children()
    assert set(threading.enumerate()) <= before
    assert raised == []


class Model:
    """Something that can be asked whether it is still there."""


def everything() -> list[tuple[str, bytes]]:
    with parallel.printing(parallel.composed(PACKET), one_by_one=False) as bodies:
        return list(bodies)


def test_each_document_comes_in_the_order_of_its_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "whole", _named)
    assert everything() == [(f"{name}.pdf", name.encode()) for name in KINDS]


def test_a_caller_that_goes_after_the_first_document_leaves_nothing_running(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "whole", _named)
    with parallel.printing(parallel.composed(PACKET), one_by_one=False) as bodies:
        assert next(bodies) == ("one.pdf", b"one")


@pytest.mark.parametrize(("processors", "one_by_one"), [(1, False), (2, False), (2, True)])
def test_the_model_is_let_go_before_the_first_document_is_there(
    processors: int, one_by_one: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "whole", _named)
    monkeypatch.setattr("os.cpu_count", lambda: processors)
    packet = cast("Packet", Model())
    gone = weakref.ref(packet)
    pages = parallel.composed(packet)
    with parallel.printing(pages, one_by_one=one_by_one) as bodies:
        del packet
        assert gone() is None
        assert len(list(bodies)) == len(KINDS)


def test_what_an_own_process_keeps_between_calls_is_gone_with_it() -> None:
    with parallel.Apart() as apart:
        first = apart.call(_kept, "a")
        assert apart.call(_kept, "b") == [*first, "b"]
        assert first[0] != os.getpid()
        with pytest.raises(OutputError, match="two is wrong") as fault:
            apart.call(_failing, "two")
        assert fault.value.hint == "Mend two."
        apart.end()
        assert not multiprocessing.active_children()
    with parallel.Apart() as apart, pytest.raises(OutputError, match="ended the process that judges"):
        apart.call(_killed, "three")


def test_a_caller_that_goes_does_not_wait_for_its_own_process() -> None:
    began = time.monotonic()
    stopper = threading.Timer(1.5, signal.pthread_kill, (threading.main_thread().ident, signal.SIGINT))
    stopper.start()
    with pytest.raises(KeyboardInterrupt), parallel.Apart() as apart:
        apart.call(_slow, "one")
    stopper.join()
    assert time.monotonic() - began < NEVER / 2


def test_a_fault_in_one_document_is_raised_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "whole", _failing)
    with pytest.raises(OutputError, match="two is wrong"):
        everything()


def test_an_ended_process_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "whole", _killed)
    with pytest.raises(OutputError, match="the system ended a printing process"):
        everything()


def test_a_caller_that_goes_at_any_moment_waits_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes that shared a lock once left the caller waiting for ever: the one that held it had been ended."""
    monkeypatch.setattr(documents, "whole", _slow)
    for wait in (0.0, 0.4, 0.8, 1.2):
        began = time.monotonic()
        stopper = threading.Timer(wait, signal.pthread_kill, (threading.main_thread().ident, signal.SIGINT))
        with pytest.raises(KeyboardInterrupt):  # noqa: PT012 - it comes while the loop waits
            stopper.start()
            everything()
        stopper.join()
        assert time.monotonic() - began < NEVER / 2, "the caller waited for a document"


def _named(name: str) -> bytes:
    return name.encode()


def _failing(name: str) -> bytes:
    if name == "two":
        raise OutputError("two is wrong", hint="Mend two.")
    return name.encode()


def _slow(name: str) -> bytes:
    time.sleep(NEVER)
    return name.encode()


def _kept(word: str) -> list[object]:
    KEPT[0] = os.getpid()
    KEPT.append(word)
    return KEPT


def _killed(name: str) -> bytes:
    if name == "three":
        os.kill(os.getpid(), signal.SIGKILL)
    return name.encode()
