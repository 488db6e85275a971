"""A document whose page came out as before is not laid out again, and its bytes are those of a layout."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import packet_sample
import pytest

from srm_docs.packet.model import Packet
from srm_docs.render import cache, documents, pdf

KIND = "executive-summary"


def small() -> Packet:
    return dataclasses.replace(packet_sample.packet(), annex_a=())


@pytest.fixture
def layouts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Count what is laid out."""
    seen: list[str] = []
    write = pdf.write

    def counted(page: str, **given: object) -> pdf.Pdf:
        seen.append(page)
        return write(page, **given)  # type: ignore[arg-type]

    monkeypatch.setattr(pdf, "write", counted)
    return seen


def test_only_what_changed_is_laid_out_and_the_bytes_are_the_same(tmp_path: Path, layouts: list[str]) -> None:
    press, packet = documents.Press(cache=tmp_path / "cache"), small()
    plain = documents.printed(packet, KIND)
    assert documents.printed(packet, KIND, press) == plain
    assert documents.printed(packet, KIND, press) == plain
    renamed = dataclasses.replace(packet, meta=dataclasses.replace(packet.meta, packet="another"), redactions=())
    assert documents.printed(renamed, KIND, press) == plain
    assert len(layouts) == 2, "what no page of the document prints does not lay it out again"
    other = dataclasses.replace(packet, meta=dataclasses.replace(packet.meta, version="0.9"))
    assert documents.printed(other, KIND, press) != plain
    assert len(layouts) == 3


@pytest.mark.slow
def test_a_users_style_sheet_lays_it_out_again(tmp_path: Path, layouts: list[str]) -> None:
    documents.printed(small(), KIND, documents.Press(cache=tmp_path / "cache"))
    mine = tmp_path / "mine"
    (mine / "css").mkdir(parents=True)
    (mine / "css" / "letter.css").write_text("/* mine */")
    press = documents.Press(templates=mine, cache=tmp_path / "cache")
    first = documents.printed(small(), KIND, press)
    assert len(list((tmp_path / "cache").iterdir())) == 2
    assert documents.printed(small(), KIND, press) == first
    assert len(layouts) == 1, "a user's is laid out elsewhere"


def made(content: bytes = b"%PDF", pages: int = 3, warnings: tuple[str, ...] = ()) -> pdf.Pdf:
    return pdf.Pdf(content=content, pages=pages, warnings=warnings)


@pytest.mark.parametrize("cut", [0, 10, 70, -1])
def test_a_damaged_entry_is_absent_and_goes(tmp_path: Path, cut: int) -> None:
    cache.keep(tmp_path, "a", made())
    assert cache.find(tmp_path, "a") == made()
    path = tmp_path / "a.pdf"
    path.write_bytes(path.read_bytes()[:cut])
    assert cache.find(tmp_path, "a") is None
    assert not path.exists()
    cache.keep(tmp_path, "a", made())
    body = bytearray(path.read_bytes())
    body[-1] ^= 1
    path.write_bytes(body)
    assert cache.find(tmp_path, "a") is None


def test_what_was_not_asked_for_longest_goes_first(tmp_path: Path) -> None:
    for at, name in enumerate("abc"):
        cache.keep(tmp_path, name, made(b"x" * 1_000), most=3_500)
        os.utime(tmp_path / f"{name}.pdf", (at, at))
    assert cache.find(tmp_path, "a") is not None  # asked for: now the newest
    cache.keep(tmp_path, "d", made(b"x" * 1_000), most=3_500)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.pdf", "c.pdf", "d.pdf"]


def test_nothing_half_written_nothing_with_warnings_and_nothing_too_large_is_kept(tmp_path: Path) -> None:
    (tmp_path / ".b-1").write_bytes(b"left by a killed run")
    cache.keep(tmp_path, "a", made(warnings=("lost",)))
    cache.keep(tmp_path, "a", made(b"x" * 99), most=50)
    assert cache.find(tmp_path, "a") is None
    cache.keep(tmp_path, "a", made())
    assert [p.name for p in tmp_path.iterdir()] == ["a.pdf"]


def test_a_folder_that_cannot_be_written_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache.keep(tmp_path / "file", "a", made())
    assert cache.find(tmp_path / "file", "a") is None


def test_the_key_names_the_libraries_that_lay_out() -> None:
    assert {"weasyprint", "pydyf", "fonttools", "zlib", "libpango-1.0.so.0"} <= set(cache.versions())
