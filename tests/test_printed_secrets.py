"""Every kind of secret, in every field that is printed, through the real recorder: in no document and no file."""

from __future__ import annotations

import concurrent.futures as cf
import html as markup
import io
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from secret_kinds import PLANTED

from srm_docs.collect.run import collect
from srm_docs.declare.audit import Audit
from srm_docs.evidence.data import entry_to_data, header_to_data
from srm_docs.evidence.entry import Header, PlannedCall
from srm_docs.evidence.recorder import Recorder
from srm_docs.evidence.redact import Redactor
from srm_docs.evidence.snapshot import Snapshot
from srm_docs.evidence.store import FolderStore
from srm_docs.packet.assemble import assemble, with_contents
from srm_docs.packet.model import Packet
from srm_docs.render import documents, html, workbook
from tests import small_estate as small
from tests.whole import contents, data_files, evidence_files

PER_SNAPSHOT = 6
"""Kinds at a time: so few that no table of a document leaves one of them out."""
NAMES = list(PLANTED)
LONGEST = 90
"""Characters of a name that documents print uncut."""
GROUPS = [NAMES[at : at + PER_SNAPSHOT] for at in range(0, len(NAMES), PER_SNAPSHOT)]
PRINTED = ("soc2-packet", "iso27001-packet", "responsibility-matrix")


def planted(kinds: list[str]) -> small.Estate:
    """An estate in which each kind is an id, a tag, a bucket's name and policy, a refusal's words and a parameter."""
    carriers = [PLANTED[kind].carrier for kind in kinds]
    volumes: list[dict[str, Any]] = [
        {"Id": carrier, "Encrypted": False, "Tags": [{"Key": carrier, "Value": carrier}], "Description": carrier}
        for carrier in carriers
    ]
    answers = small.everywhere(small.VOLUMES, replace(small.volumes(), pages=({"Volumes": volumes},)))
    answers |= small.everywhere(
        small.BUCKETS, replace(small.volumes(), pages=({"Buckets": [{"Name": c} for c in carriers]},))
    )
    policy = {"Policy": json.dumps({"Statement": [{"Sid": c, "Effect": "Allow", "Principal": "*"} for c in carriers]})}
    answers |= small.everywhere(small.POLICIES, replace(small.volumes(), pages=(policy,)))
    said = replace(small.DENIED, code="AccessDenied", message=" ".join(carriers))
    answers |= small.everywhere(small.DETECTORS, replace(small.refused(), refusal=said))
    account = replace(small.account(), name=carriers[0])
    closed = replace(small.account(small.SECOND, entered=False), refusal=said, name=carriers[-1])
    return small.Estate(answers=answers, accounts=(account, closed))


def kept(folder: Path, estate: small.Estate) -> Snapshot:
    header = Header(
        id="2026-11-23T200805Z-1f3a9c", began=small.NOW, ended=None, tool_version="0.0", catalog_digest="0" * 64,
        demo=False, accounts=estate.accounts,
        calls=tuple(PlannedCall(id=c.id, scope=c.scope, per=c.per.id if c.per else "") for c in small.CALLS),
    )  # fmt: skip
    store = FolderStore(folder / "evidence")
    with Recorder.begin(store, Redactor(b"k" * 32), header, clock=lambda: small.NOW) as recorder:
        with cf.ThreadPoolExecutor(max_workers=1) as executor:
            regions = {a.id: a.regions for a in estate.accounts if a.entered}
            collect(small.CALLS, regions, ask=estate, keep=recorder, executor=executor)
        return recorder.finish()


def found(snapshot: Snapshot) -> tuple[Packet, dict[str, bytes]]:
    """The model, and every file of a packet that is no document."""
    given = small.ingredients(snapshot, Audit())  # type: ignore[arg-type] - it reads what a snapshot has
    packet = assemble(given)
    files = evidence_files(snapshot) | data_files(given, [c.id for c in small.CHECKS])
    titles = {e.file: f"{e.call} in {e.account}/{e.region}" for e in packet.evidence if e.file}
    files["contents.json"], lines = contents(files, titles)
    return with_contents(packet, lines, "0" * 64), files


def pieces(name: str, body: bytes) -> Iterator[tuple[str, bytes]]:
    """A file's bytes, and what is packed inside."""
    yield name, body
    if name.endswith(".html"):  # where a word may break there is a tag in it
        yield f"{name}:text", markup.unescape(re.sub(rb"<[^>]*>", b"", body).decode("utf-8", "replace")).encode()
    if name.endswith(".xlsx"):
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            yield from ((f"{name}:{part}", book.read(part)) for part in book.namelist())
    if name.endswith(".pdf"):
        text = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(body))
        yield f"{name}:text", text.encode("utf-8", "surrogatepass")
        with pikepdf.open(io.BytesIO(body)) as pdf:
            yield f"{name}:info", repr(dict(pdf.docinfo or {})).encode()
            for number, thing in enumerate(pdf.objects):
                if isinstance(thing, pikepdf.Stream):
                    yield f"{name}:{number}", thing.read_bytes(pikepdf.StreamDecodeLevel.generalized)


def leaks(kinds: list[str], named: dict[str, bytes]) -> list[tuple[str, str]]:
    """(kind, where) of every secret that is still there; line ends and soft breaks do not hide one."""
    told = []
    for name, body in named.items():
        for where, piece in pieces(name, body):
            flat = b"".join(piece.split()).replace("\u200b".encode(), b"").replace("\u00ad".encode(), b"")
            for kind in kinds:
                secret = PLANTED[kind].secret
                needles = {secret.encode(), "".join(secret.split()).encode()}
                if any(needle in piece or needle in flat for needle in needles):
                    told.append((kind, where))
    return told


def pages(packet: Packet) -> dict[str, bytes]:
    return {
        f"{kind}.html": html.render(documents.KINDS[kind].template, **documents.context(packet, kind)).text.encode(
            "utf-8", "surrogatepass"
        )
        for kind in PRINTED
    }


@pytest.mark.parametrize(
    "kinds",
    # test_evidence_redact.py tells every kind from a name in every run; here each is printed, which takes long
    [*GROUPS[:2], *(pytest.param(group, marks=pytest.mark.slow) for group in GROUPS[2:])],
    ids=lambda kinds: kinds[0],
)
def test_no_kind_of_secret_is_on_a_page_in_a_cell_or_in_a_file(kinds: list[str], tmp_path: Path) -> None:
    snapshot = kept(tmp_path, planted(kinds))
    packet, files = found(snapshot)
    printed = pages(packet)
    for text in (printed["soc2-packet.html"], printed["iso27001-packet.html"]):
        assert text.count(b"[redacted:") >= len(kinds), "they would have been printed"
    files |= printed
    files["workbook.xlsx"] = workbook.workbook(packet)
    files["responsibility-matrix.xlsx"] = workbook.matrix_workbook(packet)
    files |= {str(p.relative_to(tmp_path)): p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    assert leaks(kinds, files) == []
    record = json.dumps([header_to_data(snapshot.header), *map(entry_to_data, snapshot.entries.values())])
    assert leaks(kinds, {"record": record.encode()}) == []


@pytest.mark.slow
def test_no_kind_of_secret_is_in_a_printed_document(tmp_path: Path) -> None:
    for at, kinds in enumerate((NAMES[:PER_SNAPSHOT], NAMES[PER_SNAPSHOT : 2 * PER_SNAPSHOT])):
        packet, _ = found(kept(tmp_path / str(at), planted(kinds)))
        made = {f"{kind}.pdf": documents.document(packet, kind) for kind in PRINTED[: 2 - at]}
        assert leaks(kinds, made) == []


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    """The test of tests: without a redactor, every kind is on the pages, in the workbook and in the files."""
    kinds = [kind for kind in NAMES if len(PLANTED[kind].carrier) < LONGEST and "\n" not in PLANTED[kind].carrier]
    kinds = kinds[:PER_SNAPSHOT]
    packet = small.packed(planted(kinds))
    told = leaks(kinds, pages(packet) | {"workbook.xlsx": workbook.workbook(packet)})
    for where in ("soc2-packet.html", "iso27001-packet.html", "workbook.xlsx:xl/"):
        assert {kind for kind, name in told if name.startswith(where)} == set(kinds), where
