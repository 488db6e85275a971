"""A main packet PDF carries what it rests on, each file once, within a limit, and says so."""

from __future__ import annotations

import datetime as dt
import io
import mimetypes
from collections.abc import Mapping
from dataclasses import replace

import packet_sample
import pikepdf
import pypdfium2
import pytest
import verapdf

from srm_docs.render import attachments, documents, pdf
from srm_docs.render.attachments import Carried, carried

AT = dt.datetime(2026, 7, 3, 4, 12, tzinfo=dt.UTC)
FILES: Mapping[str, bytes] = {
    "evidence/EV-AAAAAAAA.json": b'[{"Volumes":[]}]',
    "evidence/EV-BBBBBBBB.json": b'[{"Volumes":[]}]',  # the same bytes: two files all the same
    "findings.json": b"{}\n",
    "coverage.json": b'{"rows":[]}\n',
    "evidence-index.json": b'{"entries":[]}\n',
    "inputs.json": b'{"audit":{}}\n',
    "contents.json": b'{"files":[]}\n',
    "workbook.xlsx": b"PK\x03\x04",
    "responsibility-matrix.xlsx": b"PK\x05\x06",
    "catalog/domains/01.yaml": b"id: x\n",
}
NAMES = sorted(path.rpartition("/")[2] for path in FILES if path.startswith("evidence/") or "/" not in path)
NAMES.remove("responsibility-matrix.xlsx")


def given(files: Mapping[str, bytes], limit: int) -> Carried:
    return carried({path: len(body) for path, body in files.items()}, files.__getitem__, limit=limit, at=AT)


def small() -> Carried:
    return given(FILES, limit=1000)


@pytest.fixture(scope="module")
def packet() -> bytes:
    whole = packet_sample.packet()
    few = replace(
        whole, domains=whole.domains[:1], soc2=whole.soc2[:5], soc2_matrix=whole.soc2_matrix[:5], findings=(),
        evidence=(), contents=whole.contents[:3], gaps=whole.gaps[:3], tests=(), unread=(),
    )  # fmt: skip
    return documents.document(few, "soc2-packet", documents.Press(carried=small()))


def test_each_file_is_there_once_with_its_bytes(packet: bytes) -> None:
    opened = pikepdf.open(io.BytesIO(packet))
    listed = [str(spec.UF) for spec in opened.Root.AF]
    assert sorted(listed) == NAMES
    tree = opened.Root.Names.EmbeddedFiles.Names
    keys = [str(tree[n]) for n in range(0, len(tree), 2)]
    assert keys == sorted(keys) == NAMES
    by_name = {path.rpartition("/")[2]: body for path, body in FILES.items()}
    for name in NAMES:
        assert opened.attachments[name].get_file().read_bytes() == by_name[name]
    kinds = {str(spec.UF): str(spec.AFRelationship) for spec in opened.Root.AF}
    assert {name for name, kind in kinds.items() if kind == "/Supplement"} == {"workbook.xlsx", "contents.json"}
    assert {kind for name, kind in kinds.items() if name.startswith("EV-")} == {"/Data"}


@pytest.mark.skipif(bool(verapdf.missing()), reason=verapdf.missing())
@pytest.mark.parametrize("flavour", sorted(verapdf.PROFILES))
def test_it_conforms(packet: bytes, flavour: str) -> None:
    assert verapdf.failures(packet, flavour) == {}


def test_the_page_says_what_is_embedded_and_where_the_hashes_are(packet: bytes) -> None:
    opened = pypdfium2.PdfDocument(packet)
    text = " ".join("".join(page.get_textpage().get_text_range() for page in opened).split())
    assert small().sentence in text
    assert "The hash of this document cannot stand in it: it is in manifest.json beside it." in text
    assert packet_sample.packet().contents_digest[:16] in text.replace(" ", "")


def test_media_types_are_not_this_machine_s(monkeypatch: pytest.MonkeyPatch) -> None:
    html = '<!doctype html><html lang="en"><head><title>t</title></head><body><h1>t</h1></body></html>'
    made = [pdf.write(html, assets={}, attachments=small().files).content]
    monkeypatch.setattr(mimetypes.MimeTypes, "guess_type", lambda *_, **__: ("text/other", None))
    monkeypatch.setattr(mimetypes, "guess_type", lambda *_, **__: ("text/other", None))
    made.append(pdf.write(html, assets={}, attachments=small().files).content)
    assert made[0] == made[1]
    opened = pikepdf.open(io.BytesIO(made[0]))
    kinds = {str(spec.UF): str(spec.EF.F.Subtype) for spec in opened.Root.AF}
    assert kinds["findings.json"] == "/application/json"
    assert kinds["workbook.xlsx"].endswith("spreadsheetml.sheet")


def test_beyond_the_limit_findings_indexes_and_contents_are_carried() -> None:
    found = given(FILES, limit=10)
    assert {file.name for file in found.files} == set(attachments.ALWAYS)
    assert "cited by hash" in found.sentence
    big = {**FILES, "workbook.xlsx": b"x" * 2_500_000}
    assert given(big, limit=2_000_000).sentence.endswith(
        "they would be 2.5 MB, over the limit of 2 MB, so those are cited by hash."
    )
    edge = sum(len(body) for path, body in FILES.items() if path.rpartition("/")[2] in NAMES)
    assert len(given(FILES, limit=edge).files) == len(NAMES)
    assert len(given(FILES, limit=edge - 1).files) == len(attachments.ALWAYS)


def test_only_the_main_packets_carry_files(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[object] = []

    def write(html: str, **more: object) -> pdf.Pdf:
        given.append(more["attachments"])
        return pdf.Pdf(content=b"", pages=1, warnings=())

    monkeypatch.setattr(pdf, "write", write)
    for kind in documents.KINDS:
        documents.document(packet_sample.packet(), kind, documents.Press(carried=small()))
    assert {kind for kind, files in zip(documents.KINDS, given, strict=True) if files} == {
        "soc2-packet",
        "iso27001-packet",
    }
