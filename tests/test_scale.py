"""Ten times the accounts take no ten times the memory where nothing of them has to stay."""

from __future__ import annotations

import datetime as dt
import gc
import io
import json
import os
import time
import tracemalloc
import weakref
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pikepdf
import pytest

from srm_docs.checks.observation import Status
from srm_docs.declare.audit import Audit
from srm_docs.errors import OutputError
from srm_docs.evidence.entry import Entry, Header
from srm_docs.evidence.streamed import pieces
from srm_docs.findings.conclude import conclude, to_data
from srm_docs.packet.model import FileLine
from srm_docs.pipeline.making import Making
from srm_docs.render import documents, parallel, pdf
from srm_docs.seal.packet_folder import seal, workplace, written
from tests import small_estate as small
from tests.replay import Kept

if TYPE_CHECKING:
    from srm_docs.packet.model import Packet

ACCOUNTS = tuple(f"{number:012d}" for number in range(100_000_000_001, 100_000_000_013))


class Page(dict[str, Any]):
    """A row of a reply that can be watched."""

    __hash__ = object.__hash__  # type: ignore[assignment]


@dataclass
class Watched:
    """Evidence that counts of how many accounts it has pages out at once."""

    kept: Kept
    out: dict[str, weakref.WeakSet[Page]] = field(default_factory=dict)
    most: int = 0

    @property
    def header(self) -> Header:
        return self.kept.header

    @property
    def entries(self) -> Mapping[str, Entry]:
        return self.kept.entries

    def pages(self, key: str) -> tuple[Mapping[str, Any], ...]:
        account = self.entries[key].question.place.account
        given = tuple(
            {name: [Page(row) if isinstance(row, dict) else row for row in rows] for name, rows in page.items()}
            for page in self.kept.pages(key)
        )
        rows = [row for page in given for rows in page.values() for row in rows if isinstance(row, Page)]
        self.out.setdefault(account, weakref.WeakSet()).update(rows)
        gc.collect()
        self.most = max(self.most, sum(bool(rows) for rows in self.out.values()))
        return given


@pytest.fixture(scope="module")
def kept() -> Kept:
    answers = {}
    for id_ in ACCOUNTS:
        answers |= small.everywhere(small.VOLUMES, small.volumes(False, True), id_)
    return small.collected(small.Estate(answers=answers, accounts=tuple(small.account(id_) for id_ in ACCOUNTS)))


def test_what_aws_said_of_one_account_is_let_go_before_the_next_is_judged(kept: Kept) -> None:
    watched = Watched(kept)
    found = conclude(small.catalog(), small.CHECKS, small.CALLS, watched, Audit())
    assert len(watched.out) == len(ACCOUNTS)
    assert watched.most == 1
    assert found == conclude(small.catalog(), small.CHECKS, small.CALLS, kept, Audit())
    for result in found.results:
        assert list(result.findings) == sorted(result.findings, key=lambda f: f.place)


def test_a_verdict_that_many_places_share_is_kept_once(kept: Kept) -> None:
    judged = [
        j
        for r in conclude(small.catalog(), small.CHECKS, small.CALLS, kept, Audit()).results
        for j in r.judged(*Status)
    ]
    for name in ("note", "place", "name"):
        said = [getattr(j, name) for j in judged]
        assert len({id(one) for one in said}) == len(set(said)) < len(said)


def test_findings_are_written_check_by_check(kept: Kept) -> None:
    """Four times the accounts are four times the bytes, and no more than one place of one check is there as data."""
    data = to_data(conclude(small.catalog(), small.CHECKS, small.CALLS, kept, Audit()))
    whole = b"".join(pieces(data))
    for check in data["checks"].items():
        assert not isinstance(check["places"], list)
    assert json.loads(whole)["checks"][0]["places"]


class Bodies:
    """A store of large replies."""

    SIZE = 1 << 20

    def read(self, digest: str) -> bytes:
        return bytes([int(digest, 16) % 251]) * self.SIZE


def test_forty_large_replies_are_sealed_one_at_a_time(tmp_path: Path) -> None:
    with workplace(tmp_path / "packets", "one") as folder:
        making = Making(tmp_path / "packets", folder, Bodies())
        for number in range(40):
            name, body = f"evidence/EV-{number}.json", bytes([number]) * Bodies.SIZE
            making.lines[name] = FileLine(path=name, sha256=f"{number:064x}", size=len(body), title="")
        making.add("findings.json", (b"x" * Bodies.SIZE for _ in range(40)))
        making.hold("catalog/a.yaml", b"id: a\n")
        tracemalloc.start()
        sealed = seal(making.files(), packets=tmp_path / "packets", name="one")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 8 * Bodies.SIZE
    assert (sealed.path / "findings.json").stat().st_size == 40 * Bodies.SIZE
    assert (sealed.path / "evidence/EV-7.json").read_bytes() == Bodies().read(f"{7:064x}")
    assert (sealed.path / "catalog/a.yaml").read_bytes() == b"id: a\n"
    assert [path.name for path in (tmp_path / "packets").iterdir() if path.name.startswith(".")] == []


def test_a_killed_builders_workplace_is_swept_by_the_next(tmp_path: Path) -> None:
    dead = tmp_path / ".building-one-99999999"
    dead.mkdir()
    (dead / "findings.json").write_bytes(b"x")
    with workplace(tmp_path, "two") as folder:
        assert not dead.exists()
        with pytest.raises(OutputError, match="cannot be written"), written(tmp_path, folder / "no" / "file"):
            pass
    assert not list(tmp_path.iterdir())


AT = dt.datetime(2026, 7, 3, tzinfo=dt.UTC)
PAGE = '<html lang="en"><head><title>x</title><meta name="dcterms.created" content="2026-07-03T00:00:00Z"></head><p>x'


def test_a_file_that_is_carried_from_the_disk_makes_the_same_document(tmp_path: Path) -> None:
    body = b'{"checks": [%d]}' % 7 * 300_000
    (tmp_path / "findings.json").write_bytes(body)
    made = [
        pdf.write(PAGE, assets={}, attachments=[
            pdf.Attached(name="a.json", content=b"[]", description="First", at=AT),
            pdf.Attached(name="findings.json", content=content, description="Findings", at=AT),
        ]).content
        for content in (body, tmp_path / "findings.json")
    ]  # fmt: skip
    assert made[0] == made[1]
    document = pikepdf.open(io.BytesIO(made[1]))  # named, because pikepdf crashes when it dies before its parts
    assert document.attachments["findings.json"].get_file().read_bytes() == body


def _noted(page: str) -> bytes:
    with Path(page).open("a") as file:
        file.write(f"begin {os.getpid()}\n")
        file.flush()
        time.sleep(0.2)
        file.write(f"end {os.getpid()}\n")
    return b""


@pytest.mark.parametrize("processors", [1, 4])
def test_documents_of_a_large_packet_are_printed_one_after_the_other_and_elsewhere(
    processors: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside the model of a thousand accounts, two layouts are too much, and one would leave its memory here."""
    wanted = SimpleNamespace(wanted=lambda _: True, framework="")
    monkeypatch.setattr(documents, "KINDS", dict.fromkeys(("one", "two", "three"), wanted))
    monkeypatch.setattr(documents, "composed", lambda *_: str(tmp_path / "log"))
    monkeypatch.setattr(documents, "whole", _noted)
    monkeypatch.setattr("os.cpu_count", lambda: processors)
    pages = parallel.composed(cast("Packet", SimpleNamespace()))
    with parallel.printing(pages, one_by_one=True) as bodies:
        assert len(list(bodies)) == 3
    lines = [line.split() for line in (tmp_path / "log").read_text().splitlines()]
    assert [word for word, _ in lines] == ["begin", "end"] * 3
    assert len({pid for _, pid in lines} - {str(os.getpid())}) == 3
