"""A zip from a stranger is read in memory, within bounds, and refused in one sentence where it could do harm."""

from __future__ import annotations

import io
import stat
import struct
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import sealed_sample as sample
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from srm_docs.errors import SrmDocsError, UsageError, VerificationFailed
from srm_docs.seal.packet_folder import seal
from srm_docs.seal.zip import write_zip
from srm_docs.verify.bounds import DEFAULT, Limits, name_fault, shown
from srm_docs.verify.open import verify
from srm_docs.verify.report import Report


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    place = tmp_path_factory.mktemp("packed")
    return write_zip(seal(sample.files(), packets=place, name=sample.NAME).path).read_bytes()


def check(path: Path, limits: Limits = DEFAULT) -> Report:
    return verify(path, checks=sample.CHECKS, calls=sample.CALLS, limits=limits)


def repacked(
    packed: bytes, path: Path, *, name: Callable[[str], str] = str, add: tuple[tuple[str, bytes], ...] = ()
) -> Path:
    """The same packet, packed by someone else."""
    with zipfile.ZipFile(io.BytesIO(packed)) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if changed := name(info.filename):
                new.writestr(changed, old.read(info))
        for extra, body in add:
            new.writestr(extra, body)
    return path


def test_a_zip_of_ours_is_sound(packed: bytes, tmp_path: Path) -> None:
    path = tmp_path / "packet.zip"
    path.write_bytes(packed)
    report = check(path)
    assert report.sound, report.lines()
    assert report.files == len(sample.files()) + 2
    assert [path.name for path in tmp_path.iterdir()] == ["packet.zip"]


@pytest.mark.parametrize("top", ["", "renamed/"])
def test_a_zip_by_someone_else_is_sound_too(packed: bytes, tmp_path: Path, top: str) -> None:
    def name(old: str) -> str:
        return top + old.split("/", 1)[1]

    assert check(repacked(packed, tmp_path / "a.zip", name=name)).sound
    folders = ((f"{top}evidence/", b""),)
    assert check(repacked(packed, tmp_path / "b.zip", name=name, add=folders)).sound


def test_what_lies_beside_the_packet_or_is_missing_is_named(packed: bytes, tmp_path: Path) -> None:
    beside = check(repacked(packed, tmp_path / "a.zip", add=(("evidence/EV-AAAAAAAA.json", b"[]"), ("x", b""))))
    assert {(one.path, one.kind) for one in beside.bytes} == {
        ("../evidence/EV-AAAAAAAA.json", "added"),
        ("../x", "added"),
    }
    for gone in ("manifest.json", "findings.json"):
        report = check(
            repacked(packed, tmp_path / "b.zip", name=lambda name, gone=gone: "" if name.endswith(gone) else name)
        )  # type: ignore[misc]
        assert [(one.path, one.kind) for one in report.bytes] == [(gone, "missing")]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(at=st.integers(0), mask=st.integers(1, 255))
def test_a_flipped_byte_in_the_zip_changes_no_file_unseen(packed: bytes, tmp_path: Path, at: int, mask: int) -> None:
    body = bytearray(packed)
    body[at % len(body)] ^= mask
    path = tmp_path / "packet.zip"
    path.write_bytes(body)
    try:
        report = check(path)
    except (VerificationFailed, UsageError):
        return
    # What is left sound has the very files that were sealed: only the zip's own clock or attributes were hit.
    if report.sound:
        with zipfile.ZipFile(path) as archive:
            names = [info for info in archive.infolist() if not info.is_dir()]
            assert {
                info.filename.split("/", 1)[1]: archive.read(info) for info in names
            }.items() >= sample.files().items()


@pytest.mark.parametrize("length", [0, 1, 4, 30, 1_000, -1, -22, -100])
def test_a_zip_that_was_cut_off_is_refused(packed: bytes, tmp_path: Path, length: int) -> None:
    path = tmp_path / "packet.zip"
    path.write_bytes(packed[:length])
    with pytest.raises(VerificationFailed, match=r"damaged|cut off"):
        check(path)


@pytest.mark.parametrize("at", ["in the workbook", "behind the workbook"])
def test_a_zip_cut_off_in_a_workbook_is_not_taken_for_the_workbook(tmp_path: Path, at: str) -> None:
    """A workbook is a zip, too, and stands in the packet's zip as it is."""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as book:
        book.writestr("[Content_Types].xml", b"<Types/>")
    files = sample.files(**{"workbook.xlsx": inner.getvalue()})
    files["contents.json"] = sample.contents(files)
    path = write_zip(seal(files, packets=tmp_path, name=sample.NAME).path)
    whole = path.read_bytes()
    path.write_bytes(whole[: whole.index(inner.getvalue()) + len(inner.getvalue()) + (at == "in the workbook")])
    assert zipfile.is_zipfile(path)
    with pytest.raises(VerificationFailed, match="cut off"):
        check(path)


@pytest.mark.parametrize(
    "harm", ["before", "a shifted prefix", "after", "a comment", "between", "before the listing", "in the end"]
)
def test_bytes_that_belong_to_no_file_are_refused(packed: bytes, tmp_path: Path, harm: str) -> None:
    path = tmp_path / "packet.zip"
    listing, end = packed.index(b"PK\x01\x02"), packed.rindex(b"PK\x05\x06")

    def shifted(body: bytes, by: int, start: int) -> bytes:
        """The zip with every offset of its table of contents moved."""
        made = bytearray(body)
        at = start
        while made[at : at + 4] == b"PK\x01\x02":
            (old,) = struct.unpack_from("<L", made, at + 42)
            struct.pack_into("<L", made, at + 42, old + by if old >= shift_from else old)
            at += 46 + sum(struct.unpack_from("<HHH", made, at + 28))
        struct.pack_into("<L", made, len(made) - 6, start)
        return bytes(made)

    shift_from = 0
    if harm == "before":
        body = b"#!/bin/sh\n" + packed
    elif harm == "a shifted prefix":
        body = shifted(b"MZ" + packed, 2, listing + 2)
    elif harm == "after":
        body = packed + b"and more"
    elif harm == "a comment":
        body = packed[:-2] + struct.pack("<H", 3) + b"hey"
    elif harm == "between":
        shift_from = packed.index(b"PK\x03\x04", 4)
        body = shifted(packed[:shift_from] + b"hidden" + packed[shift_from:], 6, listing + 6)
    elif harm == "before the listing":
        shift_from = len(packed)
        body = shifted(packed[:listing] + b"hidden" + packed[listing:], 0, listing + 6)
    else:
        body = packed[:end] + b"hidden" + packed[end:]
    path.write_bytes(body)
    if harm != "in the end":
        assert zipfile.ZipFile(path).testzip() is None, "others read it"
    with pytest.raises(VerificationFailed, match=r"belong to no file|added behind its end|does not know|damaged"):
        check(path)


def test_a_file_that_one_reads_otherwise_from_the_front_is_refused(packed: bytes, tmp_path: Path) -> None:
    path = tmp_path / "packet.zip"
    for offset in (6, 8, 14, 18, 22):  # flags, method, CRC and the two sizes
        body = bytearray(packed)
        body[offset] ^= 4
        path.write_bytes(body)
        with pytest.raises(VerificationFailed, match="not what the zip's table of contents says"):
            check(path)


class _Pipe(io.BytesIO):
    def seek(self, *_: int) -> int:
        raise io.UnsupportedOperation

    tell = seek


@pytest.mark.parametrize("large", [False, True], ids=["short sizes", "long sizes"])
def test_a_zip_that_was_streamed_is_sound(packed: bytes, tmp_path: Path, large: bool) -> None:
    """Programs that write to a pipe put the sizes behind each file."""
    stream = _Pipe()
    with zipfile.ZipFile(io.BytesIO(packed)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            with new.open(info.filename, "w", force_zip64=large) as part:
                part.write(old.read(info))
    path = tmp_path / "packet.zip"
    path.write_bytes(stream.getvalue())
    assert check(path).sound
    path.write_bytes(stream.getvalue().replace(b"PK\x07\x08", b"PK\x07\x09", 1))
    with pytest.raises(VerificationFailed):
        check(path)


def test_a_zip_with_a_long_table_of_contents_is_read(
    packed: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 3)  # so that the end takes its form for many files
    path = repacked(packed, tmp_path / "packet.zip")
    body = path.read_bytes()
    assert b"PK\x06\x07" in body
    assert check(path).sound
    at = body.rindex(b"PK\x06\x06")
    path.write_bytes(body[:at] + b"hidden" + body[at:])
    with pytest.raises(VerificationFailed, match=r"belong to no file|damaged|does not know"):
        check(path)


def test_a_folder_without_a_file_is_named_and_one_with_content_refused(packed: bytes, tmp_path: Path) -> None:
    names = (f"{sample.NAME}/empty/", f"{sample.NAME}/evidence/", f"{sample.NAME}/", "beside/")
    report = check(repacked(packed, tmp_path / "a.zip", add=tuple((name, b"") for name in names)))
    assert {(one.path, one.kind, one.found) for one in report.bytes} == {
        ("empty/", "added", "an empty folder"),
        ("../beside/", "added", "an empty folder"),
    }
    with pytest.raises(VerificationFailed, match="folder with content"):
        check(repacked(packed, tmp_path / "b.zip", add=((f"{sample.NAME}/evidence/", b"hidden"),)))


def test_two_packets_in_one_zip_are_refused(packed: bytes, tmp_path: Path) -> None:
    path = repacked(packed, tmp_path / "a.zip", add=(("other/manifest.json", b"{}"),))
    with pytest.raises(VerificationFailed, match="holds 2 packets"):
        check(path)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("../evil", "leads out"),
        ("p/../../evil", "leads out"),
        ("/etc/passwd", "absolute"),
        ("C:/evil", "absolute"),
        ("c:evil", "absolute"),
        ("p\\..\\evil", "backslash"),
        ("p//x", "empty part"),
        ("p/./x", "empty part"),
        ("p/con.json", "Windows device"),
        ("p/LPT1", "Windows device"),
        ("p/x.", "Windows reads"),
        ("p/x ", "Windows reads"),
        ("p/x:y", "Windows reads"),
        ("p/\x1b[2J", "control"),
        ("p/a\u202eb", "control"),
        ("p/a\nb", "control"),
        ("p/" + "x" * 300, "longer than 255"),
        ("x/" * 600 + "x", "longer than 1024"),
    ],
)
def test_names_that_could_do_harm_are_refused(packed: bytes, tmp_path: Path, name: str, said: str) -> None:
    path = repacked(packed, tmp_path / "packet.zip", add=((name, b"x"),))
    with pytest.raises(VerificationFailed, match=said) as refusal:
        check(path)
    assert refusal.value.message.isascii()
    assert refusal.value.message.isprintable()
    assert refusal.value.hint


@pytest.mark.parametrize("other", ["FINDINGS.json", "ﬁndings.json", "ｆindings.json", "findings.json"])
def test_two_names_that_some_system_takes_for_one_are_refused(packed: bytes, tmp_path: Path, other: str) -> None:
    with pytest.warns(UserWarning, match="Duplicate") if other == "findings.json" else _nothing():
        path = repacked(packed, tmp_path / "packet.zip", add=((f"{sample.NAME}/{other}", b"{}"),))
    with pytest.raises(VerificationFailed, match=r"twice|one to some systems"):
        check(path)


class _nothing:  # noqa: N801 - reads as a word in a with statement
    def __enter__(self) -> None: ...
    def __exit__(self, *_: object) -> None: ...


@pytest.mark.parametrize(
    ("kind", "said"), [(stat.S_IFLNK, "symbolic link"), (stat.S_IFIFO, "special"), (stat.S_IFCHR, "special")]
)
def test_links_and_devices_in_a_zip_are_refused(packed: bytes, tmp_path: Path, kind: int, said: str) -> None:
    path = tmp_path / "packet.zip"
    path.write_bytes(packed)
    with zipfile.ZipFile(path, "a") as archive:
        info = zipfile.ZipInfo(f"{sample.NAME}/evidence/link")
        info.create_system, info.external_attr = 3, (kind | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    with pytest.raises(VerificationFailed, match=said):
        check(path)


def test_a_name_cut_by_a_zero_byte_is_seen_whole(packed: bytes, tmp_path: Path) -> None:
    path = repacked(packed, tmp_path / "packet.zip", add=(("p/evilXexe", b"x"),))
    path.write_bytes(path.read_bytes().replace(b"p/evilXexe", b"p/evil\0exe"))
    with pytest.raises(VerificationFailed, match="control"):
        check(path)


def test_an_encrypted_or_oddly_packed_entry_is_refused(packed: bytes, tmp_path: Path) -> None:
    path = tmp_path / "packet.zip"
    central = packed.index(b"PK\x01\x02")
    for offset, value, said in ((8, 1, "encrypted"), (10, 14, "other than deflate")):
        body = bytearray(packed)
        body[central + offset] = value
        path.write_bytes(body)
        with pytest.raises(VerificationFailed, match=said):
            check(path)


def test_a_zip_bomb_is_refused_unread(packed: bytes, tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    path.write_bytes(packed)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open(f"{sample.NAME}/zeros", "w") as part:
        for _ in range(80):
            part.write(bytes(1 << 20))
    began = time.monotonic()
    with pytest.raises(VerificationFailed, match="zip bomb"):
        check(path)
    for limits, said in (
        (Limits(file=1 << 20), "unpacks to more than 1 MiB"),
        (Limits(total=64 << 20), "unpacks to more than"),
        (Limits(entries=10), "more than 10 files"),
        (Limits(listing=500), "table of contents"),
    ):
        with pytest.raises(VerificationFailed, match=said):
            check(path, limits)
    assert time.monotonic() - began < 2


def test_a_size_that_lies_gains_nothing(packed: bytes, tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", bytes(64 << 20))
    body = path.read_bytes()
    path.write_bytes(body.replace(struct.pack("<L", 64 << 20), struct.pack("<L", 10)))
    tracemalloc.start()
    report = check(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert not report.sound
    assert peak < 16 << 20


def test_files_that_share_their_bytes_cannot_add_up_unseen(tmp_path: Path) -> None:
    """Many entries of the table may point at one packed file: the sum of the sizes is bounded, whatever they share."""
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a0000", bytes(1 << 20))
    body = path.read_bytes()
    start, end = body.index(b"PK\x01\x02"), body.index(b"PK\x05\x06")
    entries = b"".join(body[start:end].replace(b"a0000", b"a%04d" % number) for number in range(5_000))
    tail = struct.pack("<4sHHHHLLH", b"PK\x05\x06", 0, 0, 5_000, 5_000, len(entries), start, 0)
    path.write_bytes(body[:start] + entries + tail)
    with pytest.raises(VerificationFailed, match="zip bomb"):
        check(path)


@given(st.text(max_size=300))
def test_what_is_shown_of_a_name_is_one_plain_line(name: str) -> None:
    text = shown(name)
    assert text.isascii()
    assert text.isprintable()
    assert name_fault(name, DEFAULT) or name == name.strip("\n")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(body=st.binary(max_size=200), head=st.sampled_from([b"", b"PK\x03\x04", b"PK\x05\x06"]))
def test_no_bytes_are_our_bug(tmp_path: Path, body: bytes, head: bytes) -> None:
    path = tmp_path / "any.zip"
    path.write_bytes(head + body)
    with pytest.raises(SrmDocsError):
        check(path)
