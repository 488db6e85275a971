"""Verify says who signed what and when; a wrong, foreign, replaced, stripped or replayed signature is a finding."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pki
import pytest
import sealed_sample as sample
import signed_sample

from srm_docs.cli import main
from srm_docs.errors import MissingLibrary, UsageError
from srm_docs.seal import manifest, signing
from srm_docs.seal.manifest import Listed
from srm_docs.seal.signing import Level
from srm_docs.verify.authenticity import Authenticity
from srm_docs.verify.open import verify
from srm_docs.verify.report import Report

PDF = "soc2-packet.pdf"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("signed")


@pytest.fixture(scope="module")
def sealed(folder: Path) -> Path:
    with pki.timestamps() as url:
        return signed_sample.signed(folder, level=Level.T, tsa=url).path


@pytest.fixture
def packet(sealed: Path, tmp_path: Path) -> Path:
    """A copy that may be tampered with."""
    there = tmp_path / sealed.name
    shutil.copytree(sealed, there)
    for path in there.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return there


def check(path: Path, **options: object) -> Report:
    return verify(path, checks=sample.CHECKS, calls=sample.CALLS, **options)  # type: ignore[arg-type]


def text(report: Report) -> str:
    lines = report.lines()
    assert max(map(len, lines)) <= 80
    return " ".join(" ".join(lines).split())


def faults(report: Report) -> dict[str, str]:
    return {one.path: one.fault for one in report.signature.signatures.signings if one.fault}


def resealed(packet: Path, key: str, folder: Path, **changed: bytes) -> None:
    """The packet as somebody with another key seals it: files changed, every list and the signature made anew."""
    unsigned = {}
    for path, body in signed_sample.files().items():
        unsigned[path] = changed.get(path, body)
    unsigned["contents.json"] = sample.contents(unsigned)
    before = [Listed(path=p, sha256=hashlib.sha256(b).hexdigest(), size=len(b)) for p, b in sorted(unsigned.items())]
    now, files = [], dict(unsigned)
    with signing.opened(signed_sample.settings(folder, key)) as pen:
        for path, body in unsigned.items():
            if path.endswith(".pdf"):
                files[path] = pen.pdf(body)
                now.append(Listed(path=path, sha256=hashlib.sha256(files[path]).hexdigest(), size=len(files[path])))
        name = f"{sample.NAME}-signed-{pen.fingerprint[:8]}"
        body = manifest.signed(manifest.encode(sample.NAME, before), name, now)
        signature = pen.detached(body)
    listed = manifest.decode(body).files
    sums = manifest.sums(listed, body, hashlib.sha256(signature).hexdigest())
    closing = {"manifest.json": body, "manifest.json.p7s": signature, "SHA256SUMS": sums}
    for path, content in {**files, **closing}.items():
        (packet / path).write_bytes(content)


def resum(packet: Path) -> None:
    """SHA256SUMS made anew, so that only the signature can tell."""
    body, signature = (packet / "manifest.json").read_bytes(), packet / "manifest.json.p7s"
    digest = hashlib.sha256(signature.read_bytes()).hexdigest() if signature.exists() else ""
    (packet / "SHA256SUMS").write_bytes(manifest.sums(manifest.decode(body).files, body, digest))


def test_who_signed_what_and_when_is_said(sealed: Path, folder: Path) -> None:
    report = check(sealed)
    assert report.sound
    assert report.signature.state is Authenticity.SIGNED
    said = text(report)
    assert "signed by a key that came with the packet: whoever has that key sealed it" in said
    assert f"Signer CN=Example Ltd Packets, certificate sha256 {pki.SIGNER.fingerprint}" in said
    assert "the timestamp authority CN=Test Timestamps" in said
    assert "All other files carry no signature of their own" in said
    assert {one.path for one in report.signature.signatures.signings} == {
        "manifest.json", *(path for path in signed_sample.files() if path.endswith(".pdf"))
    }  # fmt: skip
    minute = dt.timedelta(minutes=1)
    for one in report.signature.signatures.signings:
        assert one.at
        assert pki.NOW - minute <= one.at <= dt.datetime.now(dt.UTC) + minute
    json.dumps(report.to_data())


def test_revocation_data_and_archive_timestamps_stand_behind_a_good_signature(tmp_path: Path) -> None:
    with pki.timestamps() as url:
        made = signed_sample.signed(tmp_path, level=Level.LTA, tsa=url)
    report = check(made.path, signer=tmp_path / "pki" / "root.pem")
    assert report.sound
    assert report.signature.state is Authenticity.PINNED


def test_an_unsigned_packet_is_plainly_not_signed(sealed: Path, folder: Path) -> None:
    report = check(sealed.parent / sample.NAME)
    assert report.sound
    assert "Signature not signed: consistent, not authenticated" in text(report)
    pinned = check(sealed.parent / sample.NAME, signer=folder / "pki" / "signer.pem")
    assert not pinned.sound
    assert pinned.signature.state is Authenticity.UNSIGNED


@pytest.mark.parametrize(
    ("pin", "state"),
    [
        ("signer.pem", Authenticity.PINNED),
        ("signer.pub", Authenticity.PINNED),
        ("root.pem", Authenticity.PINNED),
        ("other.pem", Authenticity.STRANGER),
    ],
)
def test_a_pin_decides(sealed: Path, folder: Path, pin: str, state: Authenticity) -> None:
    report = check(sealed, signer=folder / "pki" / pin)
    assert report.signature.state is state
    assert report.sound is (state is Authenticity.PINNED)


def test_another_authority_of_the_same_name_is_another(sealed: Path, tmp_path: Path) -> None:
    (tmp_path / "root.pem").write_bytes(pki.identity("Test Root", ca=True).pem)
    assert check(sealed, signer=tmp_path / "root.pem").signature.state is Authenticity.STRANGER


def test_what_is_no_pin_is_a_wrong_argument(sealed: Path, folder: Path) -> None:
    for name in ("root.crl", "bare.pem", "nothing.pem"):
        for packet in (sealed, sealed.parent / sample.NAME):
            with pytest.raises(UsageError):
                check(packet, signer=folder / "pki" / name)


def test_exit_codes(sealed: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # The sample's two checks are not the program's, so it is not judged again; the signature alone decides.
    for pin, code in (("signer.pem", 0), ("other.pem", 7)):
        with pytest.raises(SystemExit) as ended:
            main(["verify", str(sealed), "--signer", str(folder / "pki" / pin), "--json"])
        said = json.loads(capsys.readouterr().out)
        assert ended.value.code == code
        assert {one["expected_signer"] for one in said["signature"]["signatures"]} == {code == 0}


def _flip(path: Path, at: int) -> None:
    body = bytearray(path.read_bytes())
    body[at] ^= 1
    path.write_bytes(bytes(body))


@pytest.mark.parametrize("at", [100, -40, -4000])
def test_a_flipped_byte_in_a_signed_pdf(packet: Path, at: int) -> None:
    _flip(packet / PDF, at)
    report = check(packet)
    assert not report.sound
    assert PDF in {one.path for one in report.bytes}
    assert report.signature.state in (Authenticity.FORGED, Authenticity.SIGNED_BROKEN)
    if at == 100:
        assert faults(report) == {PDF: "is not what was signed"}
        assert any("first " in one.expected for one in report.bytes)


def test_a_flipped_byte_in_evidence_leaves_the_signature_and_breaks_the_packet(packet: Path) -> None:
    _flip(packet / "findings.json", 50)
    report = check(packet)
    assert not report.sound
    assert report.signature.state is Authenticity.SIGNED_BROKEN
    assert faults(report) == {}


def test_a_stripped_signature(packet: Path, folder: Path) -> None:
    (packet / "manifest.json.p7s").unlink()
    for again in (lambda: None, lambda: resum(packet)):
        again()
        report = check(packet)
        assert ("manifest.json.p7s", "missing") in {(one.path, one.kind) for one in report.bytes}
        assert faults(report) == {"manifest.json": "has lost its signature"}
        assert not report.sound


def test_signed_pdfs_put_back_to_unsigned_ones(packet: Path) -> None:
    (packet / PDF).write_bytes(signed_sample.document(PDF))
    report = check(packet)
    assert faults(report) == {PDF: "carries no signature"}
    assert not report.sound


def test_a_packet_sealed_anew_by_another_key(packet: Path, folder: Path, tmp_path: Path) -> None:
    resealed(packet, "other-key.pem", tmp_path / "pki")
    report = check(packet)
    assert report.bytes == ()
    assert report.signature.state is Authenticity.SIGNED  # nothing in it is wrong; only a pin can tell
    assert "CN=Somebody Else" in text(report)
    pinned = check(packet, signer=folder / "pki" / "signer.pem")
    assert pinned.signature.state is Authenticity.STRANGER
    assert not pinned.sound


def test_a_manifest_signed_by_another_than_the_pdfs(packet: Path, folder: Path) -> None:
    with signing.opened(replace(signed_sample.settings(folder / "pki"), key=folder / "pki" / "other-key.pem")) as pen:
        (packet / "manifest.json.p7s").write_bytes(pen.detached((packet / "manifest.json").read_bytes()))
    resum(packet)
    report = check(packet)
    assert report.bytes == ()
    assert report.signature.state is Authenticity.FORGED
    assert set(faults(report).values()) == {"is signed by another than the manifest"}


def test_an_edited_manifest(packet: Path) -> None:
    body = (packet / "manifest.json").read_bytes()
    for old, new in ((b'"tool":"srm-docs', b'"tool":"Srm-docs'), (b'"what":"Workbook"', b'"what":"Workbo0k"')):
        assert old in body
        (packet / "manifest.json").write_bytes(body.replace(old, new))
        report = check(packet)
        assert "does not follow from the unsigned manifest" in " ".join(one.found for one in report.bytes)
        assert not report.sound


def test_a_manifest_edited_with_all_that_follows_from_it(packet: Path) -> None:
    """Whoever edits both manifests has still not the key."""
    data = json.loads((packet / "manifest.json").read_bytes())
    closed = manifest.decode((packet / "manifest.json").read_bytes())
    (packet / "workbook.xlsx").write_bytes(b"other")
    files = [
        replace(file, sha256=hashlib.sha256(b"other").hexdigest(), size=5) if file.path == "workbook.xlsx" else file
        for file in closed.built_files
    ]
    now = [file for file in closed.files if file.path.endswith(".pdf")]
    body = manifest.signed(manifest.encode(sample.NAME, files), data["packet"], now)
    (packet / "manifest.json").write_bytes(body)
    resum(packet)
    report = check(packet)
    assert faults(report) == {"manifest.json": "is not what was signed"}
    assert report.signature.state is Authenticity.FORGED


def test_a_signature_replayed_from_another_packet(packet: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(packet, other)
    resealed(other, "key.pem", tmp_path / "pki", **{"workbook.xlsx": b"another workbook"})
    assert check(other).signature.state is Authenticity.SIGNED
    shutil.copy(other / "manifest.json.p7s", packet / "manifest.json.p7s")
    resum(packet)
    report = check(packet)
    assert report.bytes == ()
    assert faults(report) == {"manifest.json": "is not what was signed"}
    assert not report.sound


@pytest.mark.parametrize("body", [b"", b"trust me", b"-----BEGIN PGP SIGNATURE-----", b"\x30\x80" * 50_000])
def test_what_is_no_signature(packet: Path, body: bytes) -> None:
    (packet / "manifest.json.p7s").write_bytes(body)
    resum(packet)
    report = check(packet)
    assert report.signature.state is Authenticity.FORGED
    assert "cannot be read" in faults(report)["manifest.json"]


def test_a_pdf_with_something_behind_its_signature(packet: Path) -> None:
    """The certification allows no change; one that is appended leaves the signed bytes as they are."""
    from io import BytesIO

    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    from srm_docs.verify import signers

    writer = IncrementalPdfFileWriter(BytesIO((packet / PDF).read_bytes()))
    writer.root["/Lang"] = generic.TextStringObject("de")
    writer.update_root()
    made = BytesIO()
    writer.write(made)
    assert signers.pdf(PDF, (packet / PDF).read_bytes(), None).fault == ""
    assert signers.pdf(PDF, made.getvalue(), None).fault == "was changed after it was signed"


def test_without_pyhanko_it_is_said_what_was_not_checked(
    packet: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyhanko.sign.signers", None)
    monkeypatch.setitem(sys.modules, "pyhanko", None)
    report = check(packet)
    assert report.sound
    assert report.signature.state is Authenticity.UNCHECKED
    said = text(report)
    assert "signed, but the signatures were not checked" in said
    assert "pip install '.[sign]'" in said
    with pytest.raises(MissingLibrary):
        check(packet, signer=folder / "pki" / "signer.pem")
    body = bytearray((packet / PDF).read_bytes())
    body[100] ^= 1
    (packet / PDF).write_bytes(bytes(body))
    assert any(one.expected.startswith("first ") for one in check(packet).bytes)


def test_an_unsigned_packet_is_verified_without_loading_pyhanko(sealed: Path) -> None:
    code = (
        "import sys, sealed_sample as s; from pathlib import Path; from srm_docs.verify.open import verify; "
        "verify(Path(sys.argv[1]), checks=s.CHECKS, calls=s.CALLS); "
        "print([m for m in sys.modules if m.split('.')[0] in ('pyhanko', 'aiohttp', 'weasyprint', 'boto3', 'lxml')])"
    )
    place = str(Path(__file__).parent)
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {place!r}); {code}"]
    done = subprocess.run([*command, str(sealed.parent / sample.NAME)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


OPENSSL = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")


def recipes() -> str:
    return (Path(__file__).parents[1] / "docs" / "verifying.md").read_text("utf-8")


def openssl(recipe: str, packet: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a recipe of docs/verifying.md in the packet's folder; the files it asks for are there under its names."""
    for name, there in (("ca.pem", "root.pem"), ("signer.pem", "signer.pem")):
        shutil.copy(folder / "pki" / there, packet.parent / name)
    return subprocess.run(["bash", "-c", recipe], cwd=packet, capture_output=True, text=True, check=False)


def recipe(word: str) -> str:
    return next(block.split("```")[0] for block in recipes().split("```sh\n")[1:] if word in block.split("```")[0])


@OPENSSL
@pytest.mark.parametrize("word", ["-CAfile", "-noverify", "head -c"])
def test_openssl_verifies_by_the_recipe(packet: Path, folder: Path, word: str) -> None:
    done = openssl(recipe(word), packet, folder)
    assert done.returncode == 0, done.stderr
    if word == "-noverify":
        assert "CN = Example Ltd Packets" in done.stdout
        assert pki.SIGNER.fingerprint.upper() in done.stdout.replace(":", "")
    if word == "head -c":
        before = manifest.decode((packet / "manifest.json").read_bytes()).unsigned
        assert before
        assert next(file.sha256 for file in before.files if file.path == PDF) in done.stdout
        return
    body = (packet / "manifest.json").read_bytes()
    (packet / "manifest.json").write_bytes(body.replace(b"srm-docs", b"srm-d0cs", 1))
    assert openssl(recipe(word), packet, folder).returncode != 0


@OPENSSL
def test_openssl_refuses_another_authority(packet: Path, folder: Path) -> None:
    stranger: Callable[[], bytes] = lambda: pki.identity("Test Root", ca=True).pem  # noqa: E731
    command = recipe("-CAfile").replace("../ca.pem", "../stranger.pem")
    (packet.parent / "stranger.pem").write_bytes(stranger())
    assert openssl(command, packet, folder).returncode != 0
