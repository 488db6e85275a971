"""Every flipped byte, and every file changed, added, removed, renamed, emptied or swapped, is found and named."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import sealed_sample as sample
from hypothesis import given
from hypothesis import strategies as st

from srm_docs.errors import UsageError, VerificationFailed
from srm_docs.seal.packet_folder import seal
from srm_docs.verify.authenticity import Authenticity
from srm_docs.verify.bounds import Limits
from srm_docs.verify.core import Discrepancy, Found, compare
from srm_docs.verify.open import verify
from srm_docs.verify.report import Report

LISTS = ("manifest.json", "SHA256SUMS", "contents.json")


SEALED = sample.closed(sample.files())


def found_in(files: dict[str, bytes]) -> tuple[Discrepancy, ...]:
    return compare(
        {path: Found.of(body) for path, body in files.items()}, {name: files[name] for name in LISTS if name in files}
    )


def named(files: dict[str, bytes]) -> set[str]:
    return {one.path for one in found_in(files)}


def test_a_packet_as_it_was_sealed_has_no_discrepancy() -> None:
    assert found_in(SEALED) == ()


@given(st.sampled_from(sorted(SEALED)), st.integers(0), st.integers(1, 255))
def test_every_flipped_byte_is_found_and_its_file_named(path: str, at: int, mask: int) -> None:
    body = bytearray(SEALED[path])
    body[at % len(body)] ^= mask
    assert path in named({**SEALED, path: bytes(body)})


@pytest.mark.parametrize("path", LISTS)
def test_every_byte_of_every_list_counts(path: str) -> None:
    body = SEALED[path]
    for at in range(0, len(body), 7):
        assert path in named({**SEALED, path: body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]})
        assert path in named({**SEALED, path: body[:at] + body[at + 1 :]})


@pytest.mark.parametrize("path", sorted(SEALED))
def test_each_file_removed_or_emptied_is_named_and_nothing_else_is(path: str) -> None:
    without = {name: body for name, body in SEALED.items() if name != path}
    (gone, *others) = found_in(without)
    assert (gone.path, gone.kind, others) == (path, "missing", [])
    emptied = named({**SEALED, path: b""})
    assert path in emptied
    if path not in LISTS:
        assert emptied == {path}


@given(st.sampled_from(sorted(set(SEALED) - set(LISTS))), st.binary(max_size=40))
def test_a_changed_file_alone_is_named_alone(path: str, body: bytes) -> None:
    if body != SEALED[path]:
        assert named({**SEALED, path: body}) == {path}


@pytest.mark.parametrize(
    "name", ["x", "evidence/EV-AAAAAAAA.json", "CATALOG/sources.yaml", "soc2-packet.pdf ", "ｍanifest.json", "a/"]
)
def test_an_added_file_is_named(name: str) -> None:
    (one,) = found_in({**SEALED, name: b"new"})
    assert (one.path, one.kind) == (name, "added")


def test_a_renamed_file_is_missing_and_added() -> None:
    files = dict(SEALED)
    files["soc2-packet2.pdf"] = files.pop("soc2-packet.pdf")
    assert {(one.path, one.kind) for one in found_in(files)} == {
        ("soc2-packet.pdf", "missing"),
        ("soc2-packet2.pdf", "added"),
    }


def test_swapped_files_are_both_named() -> None:
    one, two = sorted(path for path in SEALED if path.startswith("evidence/"))[:2]
    assert named({**SEALED, one: SEALED[two], two: SEALED[one]}) == {one, two}


def test_a_file_replaced_with_one_of_the_lists_is_still_named() -> None:
    """Whoever changes a file can change the lists too, all but the one whose digest you know: the manifest."""
    path = "findings.json"
    other = {**SEALED, path: b"{}"}
    relisted = sample.closed({name: other[name] for name in sample.files()})
    contents = sample.contents({name: other[name] for name in sample.files()})
    assert {path, "SHA256SUMS"} <= named({**other, "SHA256SUMS": relisted["SHA256SUMS"]})
    assert {path, "contents.json"} <= named({**other, "contents.json": contents})
    assert {"manifest.json", "SHA256SUMS"} <= named({**other, "manifest.json": relisted["manifest.json"]})
    # With both lists that close the packet made anew, what was printed before it was closed disagrees.
    assert named(relisted) == {"contents.json"}


@pytest.mark.parametrize("harm", ["an entry more", "an entry less", "another digest", "another size", "no list"])
def test_contents_that_do_not_fit_the_files_are_named(harm: str) -> None:
    data = json.loads(sample.files()["contents.json"])
    if harm == "an entry more":
        data["files"].append({"path": "more.json", "sha256": "0" * 64, "size": 1})
    elif harm == "an entry less":
        data["files"].pop()
    elif harm == "another digest":
        data["files"][0]["sha256"] = "0" * 64
    elif harm == "another size":
        data["files"][0]["size"] += 1
    else:
        data = []
    files = sample.closed(sample.files(**{"contents.json": sample.to_bytes(data)}))
    assert "contents.json" in named(files) | {one.by[0] for one in found_in(files) if one.by}


def test_sums_that_hold_more_less_or_another_order_are_named() -> None:
    lines = SEALED["SHA256SUMS"].splitlines(keepends=True)
    for text in (lines[1:], lines[::-1], [*lines, b"0" * 64 + b"  more\n"], [*lines, lines[0]], []):
        assert "SHA256SUMS" in named({**SEALED, "SHA256SUMS": b"".join(text)})


# -- on the disk --------------------------------------------------------------------------------------------------


@pytest.fixture
def packet(tmp_path: Path) -> Path:
    return seal(sample.files(), packets=tmp_path, name=sample.NAME).path


def check(path: Path, **options: str) -> Report:
    return verify(path, checks=sample.CHECKS, calls=sample.CALLS, **options)  # type: ignore[arg-type]


def test_a_sealed_folder_is_sound(packet: Path) -> None:
    report = check(packet)
    assert report.sound
    assert report.failure() is None
    assert report.signature.state is Authenticity.NONE
    assert report.signature.manifest_digest == Found.of((packet / "manifest.json").read_bytes()).sha256
    assert check(packet.parent / "latest") == report
    text = "\n".join(report.lines())
    assert report.signature.manifest_digest in text
    assert "consistent, not authenticated" in text


def _replace(path: Path, make: Callable[[Path], object]) -> None:
    path.unlink()
    make(path)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: path.symlink_to("workbook.xlsx"), "symbolic link"),
        (lambda path: path.symlink_to("/etc/passwd"), "symbolic link"),
        (os.mkfifo, "pipe"),
        (lambda path: path.mkdir(), "empty folder"),
    ],
)
def test_links_pipes_and_folders_are_no_files(packet: Path, make: Callable[[Path], object], said: str) -> None:
    _replace(packet / "findings.json", make)
    report = check(packet)
    assert not report.sound
    one = next(one for one in report.bytes if one.path.startswith("findings.json"))
    assert said in " ".join(one.found for one in report.bytes)
    assert one.path.rstrip("/") == "findings.json"


def test_a_folder_linked_into_the_packet_is_not_followed(packet: Path, tmp_path: Path) -> None:
    shutil.move(packet / "evidence", tmp_path / "elsewhere")
    (packet / "evidence").symlink_to(tmp_path / "elsewhere")
    report = check(packet)
    kinds = {one.path: one.kind for one in report.bytes}
    assert kinds["evidence"] == "added"
    assert all(kinds[path] == "missing" for path in sample.files() if path.startswith("evidence/"))


def test_names_from_a_stranger_cannot_speak_to_the_terminal(packet: Path) -> None:
    names = [
        b"\x1b[2Jok",
        "invoice\u202efdp.exe".encode(),
        b"\xff\xfe",
        b"a\nBytes  all as sealed",
        b"x" * 255,
        "é".encode(),
    ]
    for name in names:
        (packet / os.fsdecode(name)).write_bytes(b"")
    report = check(packet)
    assert len(report.bytes) == len(names)
    lines = report.lines()
    assert max(map(len, lines)) <= 80
    assert all(line.isascii() and line.isprintable() for line in lines)
    assert "<U+202E>" in "".join(lines)
    json.dumps(report.to_data()).encode()


def test_a_digest_from_another_channel_decides(packet: Path) -> None:
    digest = check(packet).signature.manifest_digest
    spoken = f"SHA256: {digest[:32].upper()} {digest[32:]}"
    assert check(packet, expect=spoken).signature.state is Authenticity.EXPECTED
    other = check(packet, expect="0" * 64)
    assert other.signature.state is Authenticity.UNEXPECTED
    assert not other.sound
    assert other.failure() is not None
    with pytest.raises(UsageError, match="no SHA-256"):
        check(packet, expect="12ab")
    (packet / "added").write_bytes(b"")
    assert check(packet).signature.state is Authenticity.BROKEN


@pytest.mark.parametrize("body", [b"", b"trust me", b"-----BEGIN PGP SIGNATURE-----"])
@pytest.mark.parametrize("name", ["manifest.json.p7s", "manifest.json.sig"])
def test_a_signature_in_a_packet_that_is_not_signed_is_an_added_file_and_proves_nothing(
    packet: Path, body: bytes, name: str
) -> None:
    (packet / name).write_bytes(body)
    report = check(packet)
    assert not report.sound
    assert [(one.path, one.kind) for one in report.bytes] == [(name, "added")]
    assert report.signature.state is Authenticity.BROKEN
    said = " ".join(" ".join(report.lines()).split())
    assert "the packet does not say that it is signed: this proves nothing" in said


def test_what_is_no_packet_is_a_wrong_argument(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nothing"):
        with pytest.raises(UsageError):
            check(path)
    (tmp_path / "text").write_text("hello", encoding="ascii")
    with pytest.raises(UsageError, match="neither a folder nor a zip"):
        check(tmp_path / "text")


@pytest.mark.parametrize("limits", [Limits(entries=10), Limits(file=100), Limits(total=100)])
def test_a_folder_without_end_is_refused(packet: Path, limits: Limits) -> None:
    with pytest.raises(VerificationFailed, match="refused"):
        verify(packet, limits=limits)


def test_an_unreadable_list_is_a_discrepancy(packet: Path) -> None:
    report = verify(packet, limits=Limits(parsed=1_000))
    assert not report.sound
    assert {"manifest.json", "SHA256SUMS", "contents.json"} <= {one.path for one in report.bytes}


def test_json_and_text_name_the_same(packet: Path) -> None:
    (packet / "workbook.xlsx").unlink()
    (packet / "workbook.xlsx").write_bytes(b"PK other")
    (packet / "coverage.json").unlink()
    (packet / "notes.txt").write_bytes(b"")
    report = check(packet)
    data = report.to_data()
    assert {(d["path"], d["kind"]) for d in data["bytes"]["discrepancies"]} == {
        ("workbook.xlsx", "changed"),
        ("coverage.json", "missing"),
        ("notes.txt", "added"),
    }
    assert data["sound"] is False
    text = "\n".join(report.lines())
    for word in ("changed  workbook.xlsx", "missing  coverage.json", "added    notes.txt"):
        assert word in text


def tally(packet: Path) -> str:
    return " ".join(check(packet).lines()[0].removeprefix("Bytes").split())


def test_the_counts_of_files_are_exact(packet: Path) -> None:
    sealed = len(sample.files()) + 2
    assert tally(packet) == f"{sealed} files, all as sealed, none added"
    (packet / "empty").mkdir()
    (packet / "link").symlink_to("workbook.xlsx")
    assert tally(packet) == f"{sealed} of {sealed} files as sealed; 2 added:"
    text = [line.strip() for line in check(packet).lines()]
    assert text[1:5] == ['added    "empty/"', "an empty folder", "added    link", "a symbolic link, not followed"]
    _replace(packet / "workbook.xlsx", lambda path: path.write_bytes(b"PK other"))
    assert tally(packet) == f"{sealed - 1} of {sealed} files as sealed; 1 changed, 2 added:"
    (packet / "soc2-packet.pdf").unlink()
    assert tally(packet) == f"{sealed - 2} of {sealed} files as sealed; 1 changed, 1 missing, 2 added:"
    (packet / "SHA256SUMS").unlink()
    assert tally(packet) == f"{sealed - 3} of {sealed} files as sealed; 1 changed, 2 missing, 2 added:"
    (packet / "manifest.json").unlink()
    # The list that is left does not know the PDFs, so the one that is gone cannot be told.
    assert tally(packet) == f"{sealed - 4} of {sealed - 1} files as sealed; 1 changed, 2 missing, 2 added:"
    assert max(map(len, check(packet).lines())) <= 80


def test_a_packet_without_its_lists_is_a_packet_without_its_lists(packet: Path) -> None:
    for name in LISTS:
        (packet / name).unlink()
    report = check(packet)
    assert not report.sound
    assert {(one.path, one.kind) for one in report.bytes} == {(name, "missing") for name in LISTS}
    assert tally(packet).endswith("3 missing:")


def test_a_text_file_latest_is_followed(packet: Path) -> None:
    latest = packet.parent / "latest"
    latest.unlink()
    latest.write_text(f"{packet.name}\n", encoding="ascii")
    assert check(latest).sound
    latest.write_text("../../etc\n", encoding="ascii")
    with pytest.raises(UsageError):
        check(latest)
