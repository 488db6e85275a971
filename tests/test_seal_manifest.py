"""The two lists that close a packet say everything once, and nothing else is taken for one of them."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from srm_docs.seal import manifest
from srm_docs.seal.manifest import Listed

SCHEMA = Path(__file__).parents[1] / "docs" / "schemas" / "manifest.schema.json"
DIGEST = "ab" * 32
paths = st.from_regex(r"[a-z]{1,6}(/[A-Z0-9-]{1,8})?\.json", fullmatch=True).filter(
    lambda p: not manifest.path_fault(p)
)
lists = st.dictionaries(paths, st.integers(0, 2**40), max_size=8).map(
    lambda found: [Listed(path=path, sha256=DIGEST, size=size) for path, size in found.items()]
)


@given(lists)
def test_what_is_encoded_is_decoded_and_fits_its_schema(files: list[Listed]) -> None:
    unique = {file.path.casefold(): file for file in files if file.path not in manifest.CLOSING}
    body = manifest.encode("name", unique.values())
    found = manifest.decode(body)
    assert found.packet == "name"
    assert list(found.files) == sorted(unique.values())
    assert manifest.encode("name", reversed(found.files)) == body
    jsonschema.validate(json.loads(body), json.loads(SCHEMA.read_text("utf-8")))
    assert manifest.read_sums(manifest.sums(found.files, body)) == {
        **{file.path: file.sha256 for file in found.files},
        "manifest.json": manifest.manifest_digest(body),
    }


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b'"size":3', b'"size": 3', "canonical form"),
        (b'"size":3', b'"size":3.0', "gives no size"),
        (b'"size":3', b'"size":-3', "gives no size"),
        (b'"size":3', b'"size":3,"size":4', "a key twice"),
        (b'"size":3', b'"also":1,"size":3', "more or less"),
        (b'"a.json"', b'"../a.json"', "characters other than"),
        (b'"a.json"', b'"con.json"', "Windows device"),
        (b'"a.json"', b'"z.json"', "out of order"),
        (b'"a.json"', b'"B.json"', "twice"),
        (b'"a.json"', b'"SHA256SUMS"', "closes the packet"),
        (b"abab", b"ABAB", "without a path or a SHA-256"),
        (b"manifest/1", b"manifest/2", "not of the form"),
        (b'{"files"', b'{"files', "not JSON"),
        (b'"n"', b"[[[[1]]]]", "other than text"),
        (b'"n"', b"[" * 100_000 + b"]" * 100_000, "nested too deeply"),
        (b'"n"', b'"\xff"', "not UTF-8"),
    ],
)
def test_a_manifest_of_another_form_is_refused(old: bytes, new: bytes, said: str) -> None:
    files = [Listed(path=path, sha256=DIGEST, size=3) for path in ("a.json", "b.json")]
    body = manifest.encode("n", files)
    manifest.decode(body)
    with pytest.raises(ValueError, match=said):
        manifest.decode(body.replace(old, new, 1))


@pytest.mark.parametrize(
    "path",
    [
        "/a",
        "../a",
        "a/../b",
        "./a",
        "a//b",
        "a\\b",
        "a b",
        "a\nb",
        ".a",
        "a/.b",
        "é",
        "a.",
        "COM1",
        "x/nul.txt",
        "",
        "a" * 201,
    ],
)
def test_paths_that_some_system_cannot_hold_have_no_place(path: str) -> None:
    assert manifest.path_fault(path)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"abc  a\n",
        DIGEST.encode() + b" *a\n",
        DIGEST.encode() + b"  a\n\n",
        b"\xff",
        (DIGEST.encode() + b"  a\n") * 2,
    ],
)
def test_sums_of_another_form_are_refused(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"^(has|holds) "):
        manifest.read_sums(text)


def test_every_kind_of_file_is_told_apart() -> None:
    body = json.loads(
        manifest.encode(
            "n", [Listed(path=p, sha256=DIGEST, size=1) for p in ("soc2-packet.pdf", "evidence/EV-A.json", "x")]
        )
    )
    said = {file["path"]: (file["media_type"], file["what"]) for file in body["files"]}
    assert said["soc2-packet.pdf"] == ("application/pdf", "SOC 2 packet")
    assert said["evidence/EV-A.json"][1].startswith("Reply of AWS")
    assert said["x"] == ("application/octet-stream", "File")


def test_only_pdfs_on_top_are_documents_of_ours() -> None:
    assert manifest.is_document("soc2-packet.pdf")
    assert not manifest.is_document("register/files/policy.pdf")
    assert not manifest.is_document("workbook.xlsx")


def test_a_manifest_nested_without_end_is_refused_and_no_crash() -> None:
    body = manifest.encode("p", [Listed(path="a.json", sha256=DIGEST, size=1)])
    deep = "[" * 900 + "]" * 900
    with pytest.raises(ValueError, match=r"nested|unsigned packet"):
        manifest.decode(body.replace(b"{", b'{"unsigned":' + deep.encode() + b",", 1))
