"""Signing makes a new packet, whose PDFs still conform, and never touches the old one; what cannot sign says why."""

from __future__ import annotations

import hashlib
import io
import json
import stat
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import jsonschema
import pikepdf
import pki
import pytest
import sealed_sample as sample
import signed_sample
import verapdf

from srm_docs.cli import main
from srm_docs.errors import CannotBegin, OutputError, UsageError, VerificationFailed
from srm_docs.seal import manifest, signing
from srm_docs.seal.packet_folder import intact
from srm_docs.seal.signed_packet import Signed, sign
from srm_docs.seal.signing import Level, Settings, Token
from srm_docs.seal.zip import write_zip
from srm_docs.verify.open import verify

SCHEMA = Path(__file__).parents[1] / "docs" / "schemas" / "manifest.schema.json"
HSM = next((p for p in Path("/usr/lib").glob("**/libsofthsm2.so")), None)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("signing")


@pytest.fixture(scope="module")
def made(folder: Path) -> Signed:
    return signed_sample.signed(folder)


def hashes(packet: Path) -> dict[str, str]:
    files = (path for path in packet.rglob("*") if path.is_file())
    return {str(path.relative_to(packet)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_new_packet_holds_the_old_one_and_signatures(made: Signed) -> None:
    old = made.path.parent / sample.NAME
    assert made.path.name == f"{sample.NAME}-signed-{pki.SIGNER.fingerprint[:8]}"
    assert hashes(old) == {
        **{path: hashlib.sha256(body).hexdigest() for path, body in signed_sample.files().items()},
        **{name: hashes(old)[name] for name in manifest.CLOSING},
    }
    assert intact(old)
    assert intact(made.path) == made.manifest_digest
    for path, body in signed_sample.files().items():
        now = (made.path / path).read_bytes()
        assert now.startswith(body)
        assert (now != body) == path.endswith(".pdf")
    assert (made.path.parent / "latest").resolve() == old.resolve()
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o444 for path in made.path.rglob("*") if path.is_file())


def test_the_manifest_says_what_each_pdf_was(made: Signed) -> None:
    body = (made.path / "manifest.json").read_bytes()
    jsonschema.validate(json.loads(body), json.loads(SCHEMA.read_text("utf-8")))
    closed = manifest.decode(body)
    old = (made.path.parent / sample.NAME / "manifest.json").read_bytes()
    assert closed.unsigned
    assert closed.unsigned.manifest_digest == manifest.manifest_digest(old)
    assert manifest.unsigned_body(body) == old
    assert manifest.unsigned_body(old) == old
    for file in closed.unsigned.files:
        prefix = (made.path / file.path).read_bytes()[: file.size]
        assert hashlib.sha256(prefix).hexdigest() == file.sha256
    assert {file.path for file in closed.unsigned.files} == {p for p in signed_sample.files() if p.endswith(".pdf")}


def test_coreutils_check_the_signed_packet(made: Signed) -> None:
    done = subprocess.run(["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=made.path, capture_output=True, check=True)
    assert b"manifest.json.p7s: OK" in done.stdout


def test_a_zip_of_a_signed_packet_holds_its_signature(made: Signed, tmp_path: Path) -> None:
    made_zip = write_zip(made.path, tmp_path / "signed.zip")
    assert f"{made.path.name}/manifest.json.p7s" in zipfile.ZipFile(made_zip).namelist()
    assert verify(made_zip, checks=sample.CHECKS, calls=sample.CALLS).sound


def test_the_signature_is_invisible_and_certifies(made: Signed) -> None:
    with pikepdf.open(made.path / "soc2-packet.pdf") as pdf:
        (field,) = pdf.Root.AcroForm.Fields
        assert [int(n) for n in field.Rect] == [0, 0, 0, 0]
        assert "/AP" not in field
        reference = field.V.Reference[0]
        assert reference.TransformMethod == "/DocMDP"
        assert reference.TransformParams.P == 1
        assert pdf.Root.Perms.DocMDP.objgen == field.V.objgen
        assert field.V.SubFilter == "/ETSI.CAdES.detached"


@pytest.mark.skipif(bool(verapdf.missing()), reason=verapdf.missing())
@pytest.mark.parametrize("level", list(Level))
def test_every_level_conforms(folder: Path, level: Level) -> None:
    with (
        pki.timestamps() as url,
        signing.opened(
            signed_sample.settings(folder / "levels", level=level, tsa=url if level is not Level.B else "")
        ) as pen,
    ):
        content = pen.pdf(signed_sample.document("soc2-packet.pdf"))
    for flavour in verapdf.PROFILES:
        assert verapdf.failures(content, flavour) == {}
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert ("/DSS" in pdf.Root) == (level in (Level.LT, Level.LTA))
        assert len(pdf.Root.AcroForm.Fields) == (2 if level is Level.LTA else 1)


def test_the_same_signer_never_writes_over_a_signed_packet(made: Signed, folder: Path) -> None:
    before = hashes(made.path)
    with pytest.raises(OutputError, match="there already"):
        signed_sample.signed(folder)
    assert hashes(made.path) == before
    with pytest.raises(UsageError, match="signed already"):
        sign(made.path, signed_sample.settings(folder / "pki"))


def test_a_changed_packet_is_not_signed(tmp_path: Path) -> None:
    packet = signed_sample.unsigned(tmp_path)
    (packet / "findings.json").chmod(0o644)
    (packet / "findings.json").write_text("{}", "ascii")
    with pytest.raises(VerificationFailed, match="changed since"):
        sign(packet, signed_sample.settings(tmp_path / "pki"))
    assert not list(tmp_path.glob("*-signed-*"))


def test_nothing_stays_where_the_timestamp_fails(tmp_path: Path) -> None:
    packet = signed_sample.unsigned(tmp_path)
    with pytest.raises(CannotBegin, match="gave no timestamp"):
        sign(packet, signed_sample.settings(tmp_path / "pki", level=Level.T, tsa="http://127.0.0.1:9/"))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([sample.NAME, "latest", "pki"])


@pytest.mark.parametrize(
    ("key", "phrase"), [("key.pem", pki.PASSPHRASE), ("signer.p12", pki.PASSPHRASE), ("other-key.pem", "not asked")]
)
def test_every_form_of_key_signs(tmp_path: Path, key: str, phrase: str) -> None:
    asked: list[int] = []
    chosen = replace(signed_sample.settings(tmp_path / "pki", key), passphrase=lambda: (asked.append(1), phrase)[1])
    with signing.opened(chosen) as pen:
        assert pen.subject == ("CN=Somebody Else" if key == "other-key.pem" else "CN=Example Ltd Packets")
        assert pen.detached(b"x")
    assert len(asked) == (key != "other-key.pem")


@pytest.mark.parametrize("key", ["key.pem", "signer.p12"])
def test_a_wrong_passphrase_is_said(tmp_path: Path, key: str) -> None:
    chosen = replace(signed_sample.settings(tmp_path / "pki", key), passphrase=lambda: "wrong")
    with pytest.raises(UsageError, match="cannot be opened with this passphrase"), signing.opened(chosen):
        pass


def test_what_cannot_sign_says_why(tmp_path: Path) -> None:
    chosen = signed_sample.settings(tmp_path)

    def refused(said: str, identity: pki.Identity | None = None, **more: object) -> None:
        if identity:
            (tmp_path / "it.pem").write_bytes(identity.key_pem() + identity.pem)
            more["key"] = tmp_path / "it.pem"
        with pytest.raises(UsageError, match=said), signing.opened(replace(chosen, **more)):  # type: ignore[arg-type]
            pass

    refused("No certificate was given", key=tmp_path / "bare.pem")
    refused("No certificate was given", key=tmp_path / "bare.pem", certificates=(tmp_path / "other.pem",))
    refused("is no private key", key=tmp_path / "root.crl")
    refused("cannot be read", key=tmp_path / "nothing.pem")
    refused("No key was named", key=None)
    refused("is no certificate", certificates=(tmp_path / "root.crl",))
    refused("valid from .* and not today", pki.identity("old", pki.ROOT, days=-3))
    refused("not for signatures", pki.identity("authority", ca=True))
    refused("not every reader", pki.identity("weak", pki.ROOT, bits=1024))
    refused("needs a timestamp authority", level=Level.T)
    refused("is no address", level=Level.T, tsa="ftp://tsa")
    with signing.opened(replace(chosen, key=tmp_path / "bare.pem", certificates=(tmp_path / "signer.pem",))) as pen:
        assert pen.fingerprint == pki.SIGNER.fingerprint


def test_a_revoked_certificate_does_not_sign_for_the_long_term(tmp_path: Path) -> None:
    with pki.timestamps() as url:
        chosen = signed_sample.settings(tmp_path, level=Level.LT, tsa=url)
        (tmp_path / "root.crl").write_bytes(pki.revocation_list(pki.ROOT, pki.SIGNER))
        with signing.opened(chosen) as pen, pytest.raises(UsageError, match=r"(?i)revoked"):
            pen.pdf(signed_sample.document("x.pdf"))
        with signing.opened(replace(chosen, crls=())) as pen, pytest.raises(UsageError, match="Nothing was signed"):
            pen.pdf(signed_sample.document("x.pdf"))


def test_the_command_takes_its_passphrase_from_the_environment_or_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    signed_sample.unsigned(tmp_path / "packets")
    pki.write(tmp_path / "pki")
    command = ["seal", "--sign", "packets/latest", "--key", "pki/signer.p12", "--json"]
    with pytest.raises(SystemExit) as ended:
        main(command)
    assert ended.value.code == 2
    assert "nobody is here to be asked" in capsys.readouterr().err
    monkeypatch.setenv("SRM_DOCS_PASSPHRASE", pki.PASSPHRASE)
    main(command)
    said = json.loads(capsys.readouterr().out)
    assert said["pdfs_signed"] == sum(name.endswith(".pdf") for name in signed_sample.files())
    assert said["level"] == "B-B"
    assert said["certificate_sha256"] == pki.SIGNER.fingerprint
    assert intact(Path(said["packet"])) == said["manifest_digest"]
    monkeypatch.delenv("SRM_DOCS_PASSPHRASE")
    Path(said["packet"]).rename(tmp_path / "away")
    (tmp_path / "phrase").write_text(f"{pki.PASSPHRASE}\n", "utf-8")
    (tmp_path / "srm-docs.toml").write_text('[signing]\nkey = "pki/key.pem"\n', "utf-8")
    main(["seal", "--sign", f"packets/{sample.NAME}", "--passphrase-file", "phrase"])
    assert "CN=Example Ltd Packets" in capsys.readouterr().out


@pytest.mark.skipif(HSM is None, reason="softhsm2 is not installed")
def test_a_key_in_a_token_signs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pkcs11")
    (tmp_path / "tokens").mkdir()
    (tmp_path / "softhsm2.conf").write_text(f"directories.tokendir = {tmp_path}/tokens\n", "ascii")
    monkeypatch.setenv("SOFTHSM2_CONF", str(tmp_path / "softhsm2.conf"))
    script = Path(__file__).with_name("fill_token.py")
    pki.write(tmp_path / "pki")
    identity = pki.identity("In a token", pki.ROOT, bits=2048)
    (tmp_path / "token.pem").write_bytes(identity.key_pem() + identity.pem)
    # The driver keeps its state for a whole process, so the token is filled by another one.
    subprocess.run([sys.executable, script, str(HSM), str(tmp_path / "token.pem")], check=True)
    token = Token(module=HSM or Path(), token="packets", label="signer")
    with (
        pytest.raises(UsageError, match="cannot be opened"),
        signing.opened(Settings(key=token, passphrase=lambda: "0000")),
    ):
        pass
    with signing.opened(Settings(key=token, passphrase=lambda: "1234")) as pen:
        assert pen.fingerprint == identity.fingerprint
        assert pen.pdf(signed_sample.document("x.pdf"))
        assert pen.detached(b"x")
