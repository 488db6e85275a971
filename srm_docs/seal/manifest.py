"""The two lists that close a packet: paths, digests and sizes in, manifest.json and SHA256SUMS out, and back. Pure.

manifest.json names every file except itself, its signature and SHA256SUMS. SHA256SUMS repeats it, with manifest.json
and its signature, in the form of coreutils, so that a packet can be checked where srm-docs is not installed.

A signed packet is made of an unsigned one. Its manifest says of which (name, and digest of that manifest), and of each
signed PDF what it was before (digest and size: a signature is appended, so these are the first bytes of the file). The
unsigned manifest follows from the signed one, so nothing but signatures can have been added in between.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final

from srm_docs import __version__
from srm_docs.evidence import canonical
from srm_docs.evidence.streamed import NotJson, read_table

MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.json.p7s"
"""The manifest's signature (CMS, detached, DER). In a packet whose manifest does not say that it is signed, a file of
this name is an added file like any other."""
SUMS: Final = "SHA256SUMS"
CONTENTS: Final = "contents.json"
CLOSING: Final = (MANIFEST, SUMS)
"""The files that close a packet, and that the manifest therefore cannot name; in a signed one also SIGNATURE."""
SCHEMA: Final = "srm-docs/manifest/1"

_PATH: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_][A-Za-z0-9_.-]*)*")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_SUMS_LINE: Final = re.compile(r"([0-9a-f]{64})  (.+)")
DEVICE: Final = re.compile(r"(?:con|prn|aux|nul|clock\$|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)
"""Names that Windows gives to devices, whatever the extension."""
_LONGEST: Final = 200
_KEYS: Final = frozenset({"files", "packet", "schema", "tool"})
_FILE_KEYS: Final = frozenset({"media_type", "path", "sha256", "size", "what"})
_UNSIGNED: Final = "unsigned"
"""The key, of a signed manifest and of each signed file in it, that says what was before."""
_MEDIA: Final = {
    ".json": "application/json",
    ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".yaml": "application/yaml",
    ".md": "text/markdown",
    ".txt": "text/plain",
    ".html": "text/html",
}
_WHAT: Final = {
    "responsibility-matrix.pdf": "Responsibility matrix",
    "responsibility-matrix.xlsx": "Responsibility matrix, workbook",
    "soc2-packet.pdf": "SOC 2 packet",
    "iso27001-packet.pdf": "ISO/IEC 27001 packet",
    "management-assertion.pdf": "Management's assertion, unsigned",
    "bridge-letter.pdf": "Bridge letter, unsigned",
    "workbook.xlsx": "Workbook",
    "findings.json": "Conclusions of the self-tests",
    "coverage.json": "Coverage ledger: what was planned and what came of it",
    "evidence-index.json": "Evidence index: each question with its circumstances",
    "inputs.json": "Declared frame and parameters in force",
    CONTENTS: "List of contents, made before the PDFs, which print it",
}
_WHERE: Final = {
    "evidence": "Reply of AWS, canonical JSON",
    "catalog": "Catalog, as it was judged by",
    "register": "Register, as management declared it",
}


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Listed:
    """A file as a list names it: path in the packet with forward slashes, SHA-256 (hex), size in bytes."""

    path: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsigned:
    """What a signed packet was: its name, the digest (hex) of its manifest, and its PDFs before they were signed."""

    packet: str
    manifest_digest: str
    files: tuple[Listed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What manifest.json says: the packet's name, the program that sealed it, and the files by path.

    `unsigned` is None for a packet that was not signed.
    """

    packet: str
    tool: str
    files: tuple[Listed, ...]
    unsigned: Unsigned | None = None

    @property
    def closing(self) -> tuple[str, ...]:
        """The files that close this packet."""
        return (*CLOSING, SIGNATURE) if self.unsigned else CLOSING

    @property
    def built(self) -> str:
        """The name under which the packet was built, before any signature."""
        return self.unsigned.packet if self.unsigned else self.packet

    @property
    def built_files(self) -> tuple[Listed, ...]:
        """The files as they were built, before any signature."""
        before = {file.path: file for file in self.unsigned.files} if self.unsigned else {}
        return tuple(before.get(file.path, file) for file in self.files)


def path_fault(path: str) -> str:
    """Why a path has no place in a packet, as half a sentence; empty where it has. Any system can hold what is left.

    >>> path_fault("evidence/EV-AAAAAAAA.json"), path_fault("../secret")
    ('', 'has characters other than letters, digits, dots, hyphens and underscores')
    """
    if not _PATH.fullmatch(path):
        return "has characters other than letters, digits, dots, hyphens and underscores"
    if len(path) > _LONGEST:
        return f"is longer than {_LONGEST} characters"
    for part in path.split("/"):
        if DEVICE.fullmatch(part):
            return f"has the name of a Windows device, {part}"
        if part.endswith("."):
            return "has a part that ends with a dot"
    return ""


def is_document(path: str) -> bool:
    """Whether this is a PDF of ours: on top of the packet, made after contents.json. Others are evidence of people."""
    return path.endswith(".pdf") and "/" not in path


def encode(packet: str, files: Iterable[Listed]) -> bytes:
    """manifest.json: canonical JSON (RFC 8785), files sorted by path."""
    listed = [
        {
            "media_type": _MEDIA.get(PurePosixPath(file.path).suffix, "application/octet-stream"),
            "path": file.path,
            "sha256": file.sha256,
            "size": file.size,
            "what": what(file.path),
        }
        for file in sorted(files)
    ]
    return canonical.dumps({"files": listed, "packet": packet, "schema": SCHEMA, "tool": f"srm-docs {__version__}"})


def signed(unsigned: bytes, packet: str, files: Iterable[Listed]) -> bytes:
    """The manifest of a signed packet: of the unsigned one's bytes, the new name, and the PDFs as they are now."""
    data = strict_json(unsigned)
    now = {file.path: file for file in files}
    for item in data["files"]:
        if item["path"] in now:
            item[_UNSIGNED] = {key: item[key] for key in ("sha256", "size")}
            item |= {"sha256": now[item["path"]].sha256, "size": now[item["path"]].size}
    data[_UNSIGNED] = {"manifest_sha256": manifest_digest(unsigned), "packet": data["packet"]}
    data["packet"] = packet
    return canonical.dumps(data)


def unsigned_body(body: bytes) -> bytes:
    """The manifest of the packet as it was built: of a signed one derived, any other as it is. ValueError for none."""
    decode(body)
    return canonical.dumps(_before(strict_json(body))) if _UNSIGNED in strict_json(body) else body


def decode(body: bytes) -> Manifest:
    """The manifest whose bytes these are. ValueError, as half a sentence, for bytes that we cannot have made."""
    try:
        return _decoded(strict_json(body), body)
    except RecursionError:
        raise ValueError("is nested deeper than a manifest is") from None


def _decoded(data: Any, body: bytes) -> Manifest:
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise ValueError(f"is not of the form {SCHEMA}")
    files = tuple(listed(data.get("files")))
    if list(files) != sorted(files):
        raise ValueError("names its files out of order")
    extra = {_UNSIGNED} if _UNSIGNED in data else set()
    keys = (frozenset(item) - extra for item in data["files"])
    if frozenset(data) - extra != _KEYS or any(found != _FILE_KEYS for found in keys):
        raise ValueError("says more or less than a manifest does")
    texts = [data["packet"], data["tool"]] + [item[key] for item in data["files"] for key in ("media_type", "what")]
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("has something other than text where a text belongs")
    if canonical.dumps(data) != body:
        raise ValueError("is not in canonical form")
    for file in files:
        if file.path in (*CLOSING, SIGNATURE):
            raise ValueError(f"names {file.path}, which closes the packet")
    unsigned = _unsigned(data, files) if extra else None
    return Manifest(packet=data["packet"], tool=data["tool"], files=files, unsigned=unsigned)


def _unsigned(data: Mapping[str, Any], files: tuple[Listed, ...]) -> Unsigned:
    said = data[_UNSIGNED]
    if not isinstance(said, dict) or set(said) != {"manifest_sha256", "packet"}:
        raise ValueError("does not say which unsigned packet was signed")
    if not isinstance(said["packet"], str) or not _DIGEST.fullmatch(str(said["manifest_sha256"])):
        raise ValueError("does not say which unsigned packet was signed")
    was = {item["path"]: item[_UNSIGNED] for item in data["files"] if _UNSIGNED in item}
    if any(not isinstance(item, dict) or set(item) != {"sha256", "size"} for item in was.values()):
        raise ValueError("says more or less of an unsigned file than its digest and size")
    were = tuple(listed([{"path": path, **item} for path, item in was.items()]))
    if not all(is_document(file.path) for file in were):
        raise ValueError("names a signed file that is no document of ours")
    now = {file.path: file for file in files}
    if any(now[file.path].size <= file.size for file in were):
        raise ValueError("names a signed file that is no longer than the unsigned one")
    if manifest_digest(canonical.dumps(_before(data))) != said["manifest_sha256"]:
        raise ValueError("does not follow from the unsigned manifest whose digest it names")
    return Unsigned(packet=said["packet"], manifest_digest=said["manifest_sha256"], files=were)


def _before(data: Mapping[str, Any]) -> dict[str, Any]:
    """The unsigned manifest that a signed one was made of."""
    files = [{**item, **item.get(_UNSIGNED, {})} for item in data["files"]]
    return {
        **{key: value for key, value in data.items() if key != _UNSIGNED},
        "files": [{key: value for key, value in item.items() if key != _UNSIGNED} for item in files],
        "packet": data[_UNSIGNED]["packet"],
    }


def listed(data: Any) -> Iterator[Listed]:
    """The files in a list of `{path, sha256, size}`. ValueError for another form, a bad path, or a path twice."""
    if not isinstance(data, list):
        raise ValueError("has no list of files")  # noqa: TRY004 - whatever is wrong with a list is one kind of fault
    seen: set[str] = set()
    for item in data:
        fields = item if isinstance(item, dict) else {}
        path, sha256, size = fields.get("path"), fields.get("sha256"), fields.get("size")
        if not isinstance(path, str) or not isinstance(sha256, str) or not _DIGEST.fullmatch(sha256):
            raise ValueError("names a file without a path or a SHA-256 digest")
        if type(size) is not int or size < 0:
            raise ValueError(f"gives no size for {path[:_LONGEST]}")
        if fault := path_fault(path):
            raise ValueError(f"names a path that {fault}")
        if path.casefold() in seen:
            raise ValueError(f"names {path} twice")
        seen.add(path.casefold())
        yield Listed(path=path, sha256=sha256, size=size)


def sums(files: Iterable[Listed], manifest: bytes, signature: str = "") -> bytes:
    """SHA256SUMS as coreutils prints it, sorted by path, with manifest.json and (by its digest, hex) its signature."""
    digests = {file.path: file.sha256 for file in files} | {MANIFEST: manifest_digest(manifest)}
    digests |= {SIGNATURE: signature} if signature else {}
    return "".join(f"{digests[path]}  {path}\n" for path in sorted(digests)).encode()


def read_sums(body: bytes) -> dict[str, str]:
    """Path -> SHA-256. ValueError, as half a sentence, for another form or a path twice."""
    try:
        text = body.decode("ascii")
    except UnicodeDecodeError:
        raise ValueError("holds characters other than ASCII") from None
    found: dict[str, str] = {}
    for number, line in enumerate(text.removesuffix("\n").split("\n"), 1):
        match = _SUMS_LINE.fullmatch(line)
        if match is None or match[2] in found:
            raise ValueError(f"has a line {number} that is no `<sha256>  <path>`, or is there twice")
        found[match[2]] = match[1]
    return found


def manifest_digest(manifest: bytes) -> str:
    """SHA-256 (hex) of manifest.json: the one number that stands for the whole packet."""
    return hashlib.sha256(manifest).hexdigest()


def what(path: str) -> str:
    """What a file of a packet is, for a reader."""
    return _WHAT.get(path) or _WHERE.get(path.split("/", maxsplit=1)[0], "File")


def strict_json(body: bytes) -> Any:
    """JSON in which no key is there twice, for two readers could take different values. ValueError otherwise."""
    try:
        return json.loads(body.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise ValueError("is not UTF-8 text") from None
    except json.JSONDecodeError as fault:
        raise ValueError(f"is not JSON: {fault.msg} in line {fault.lineno}") from None
    except RecursionError:
        raise ValueError("is nested too deeply") from None


def strict_table(body: bytes, each: Mapping[str, Callable[[Any], object]]) -> Any:
    """The same for a table with lists that are too long to be held: their items are handed to `each` one by one."""
    try:
        return read_table(body, each, _STRICT)
    except UnicodeDecodeError:
        raise ValueError("is not UTF-8 text") from None
    except NotJson as fault:
        raise ValueError(f"is not JSON: {fault}") from None


def _once(pairs: list[tuple[str, Any]]) -> Mapping[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("has a key twice in one place")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"holds {name}, which is not JSON")


_STRICT: Final = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_constant)
