"""The folder register/ in, the register or every fault out; the part of declare that reads files."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from srm_docs import sourcefile
from srm_docs.catalog.fields import Table
from srm_docs.catalog.load import digest
from srm_docs.catalog.model import Catalog
from srm_docs.checks import discover
from srm_docs.declare.fields import WrongValue, fields_of, read_value
from srm_docs.declare.items import KINDS, Item
from srm_docs.declare.lint import Known, Read, lint
from srm_docs.declare.register import EMPTY, FOLDER, Register, attribute
from srm_docs.errors import RegisterError
from srm_docs.sourcefile import Fault, near

FILES: Final = {f"{kind}.yaml": kind for kind in KINDS}
"""The files that the register may have, each with the kind of its items. None of them must be there."""
LARGEST_EVIDENCE: Final = 64 << 20
"""Bytes of one file of manual evidence. More belongs into a store of its own, with a list of it as evidence."""
_IGNORED: Final = ("README.md",)

Bytes = Callable[[str], bytes]
"""Gives the content of a file by its path below register/; raises OSError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """The register, or None and every fault, sorted by file and line. `strays` are files that no item names."""

    register: Register | None
    faults: tuple[Fault, ...]
    strays: tuple[str, ...] = ()


def known_ids(catalog: Catalog) -> Known:
    """The ids that items may name: those of a catalog and of the checks that there are."""
    calls = {name for call in discover.calls() for name in (call.id, call.id.partition("#")[0])}
    return Known.of(catalog, discover.checks(), calls)


def load(folder: Path | None, catalog: Catalog) -> Register:
    """The register in a folder; None is the empty one. Raises RegisterError with every fault in it."""
    if folder is None:
        return EMPTY
    found = survey(folder, known_ids(catalog))
    if found.register is None:
        many = "one fault" if len(found.faults) == 1 else f"{len(found.faults)} faults"
        raise RegisterError(
            f"{folder.name}/ has {many}:",
            faults=[str(fault) for fault in found.faults],
            hint="Mend the lines named; `srm-docs lint` checks again.",
        )
    return found.register


def survey(folder: Path, known: Known) -> Survey:
    """What `read_files` gives for a folder. Files that people left there and no item names are not opened."""
    try:
        names = sorted(_walk(folder, ""))
    except OSError as error:
        where = folder.name if error.filename in (None, str(folder)) else f"{folder.name}/{Path(error.filename).name}"
        message = f"the folder cannot be read: {_reason(error)}"
        return Survey(register=None, faults=(Fault(file=where, line=0, message=message),))
    return read_files(names, lambda name: _inside(folder, name), known, root=folder.name)


def _walk(folder: Path, prefix: str) -> Iterator[str]:
    for entry in os.scandir(folder):
        if entry.name.startswith(".") or entry.name.endswith("~"):
            continue  # what editors and file managers leave behind
        if entry.is_dir():
            if not entry.is_symlink():  # a link may lead in a circle
                yield from _walk(folder / entry.name, f"{prefix}{entry.name}/")
        else:
            yield prefix + entry.name


def _inside(folder: Path, name: str) -> bytes:
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise OSError(0, "it is a link that leads out of the folder")
    size = path.stat().st_size
    if size > LARGEST_EVIDENCE:
        raise OSError(0, f"it has more than {LARGEST_EVIDENCE >> 20} MiB")
    return path.read_bytes()


def read_files(names: Sequence[str], content: Bytes, known: Known, *, root: str = FOLDER) -> Survey:
    """The register in files that are named and can be read; `verify` reads the one that a packet carries."""
    faults: list[Fault] = []
    read: dict[str, list[Read]] = {}
    files: dict[str, bytes] = {}
    for name in names:
        kind = FILES.get(name)
        if kind is None:
            if "/" not in name and name not in _IGNORED:
                message = f"this file has no place here{near(name, FILES)}"
                faults.append(Fault(file=f"{root}/{name}", line=0, message=message))
            continue
        body = _bytes(name, content, root, faults)
        if body is not None:
            files[name] = body
            read[kind] = _items(body, kind, f"{root}/{name}", faults)
    lint(read, known)
    files |= _evidence(read.get("evidence", ()), set(names), content)
    strays = tuple(name for name in names if name not in files and "/" in name)
    if faults:
        return Survey(register=None, faults=tuple(sorted(set(faults))), strays=strays)
    ordered = tuple(sorted(files.items()))
    lines = {
        (kind, item.id): table.source.line_of((*table.path, "id"))
        for kind, pairs in read.items()
        for item, table in pairs
    }
    made: dict[str, Any] = {attribute(kind): tuple(item for item, _ in pairs) for kind, pairs in read.items()}
    register = Register(**made, digest=digest(ordered) if ordered else "", files=ordered, lines=lines)
    return Survey(register=register, faults=(), strays=strays)


def _bytes(name: str, content: Bytes, root: str, faults: list[Fault]) -> bytes | None:
    try:
        return content(name)
    except OSError as error:
        message = f"the file cannot be read: {_reason(error)}"
        faults.append(Fault(file=f"{root}/{name}", line=0, message=message))
        return None


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).casefold()


def _items(body: bytes, kind: str, file: str, faults: list[Fault]) -> list[Read]:
    source, found = sourcefile.read_yaml(body, file=file)
    faults += found
    if source is None:
        return []
    whole = Table(source, faults)
    pairs = [(item, table) for table in whole.tables(kind) if (item := _item(table, kind)) is not None]
    whole.close()
    return pairs


def _item(table: Table, kind: str) -> Item | None:
    """One item of a list; None where it is no table, which has its fault already."""
    model = KINDS[kind]
    given: dict[str, Any] = {}
    if not isinstance(_at(table), dict):
        return None
    for field in fields_of(model).values():
        table.asked.append(field.name)
        wrong = False
        value: Any = None
        try:
            value = read_value(field, _unquoted(table.data.get(field.name)))
        except WrongValue as fault:
            table.fault(f'"{field.name}" {fault}', field.name)
            wrong, value = True, read_value(field, None)
        if field.needed and not wrong and not value:
            table.fault(f'"{field.name}" is missing: {field.about[0].lower()}{field.about[1:].rstrip(".")}')
        given[field.name] = value
    table.close()
    return model(**given)


def _unquoted(value: Any) -> Any:
    """What YAML read; WrongValue where it took text for a number, whose zeros are gone: `id: 007`, `version: 1.10`."""
    for one in value if isinstance(value, list) else (value,):
        if isinstance(one, (int, float)) and not isinstance(one, bool):
            raise WrongValue(f"is read as the number {one}: put it in quotes")
    return value


def _at(table: Table) -> Any:
    data = table.source.data
    for step in table.path:
        data = data[step]
    return data


def _evidence(pairs: Iterable[Read], names: set[str], content: Bytes) -> Mapping[str, bytes]:
    """The files that items of manual evidence name, each held against the digest that was written down for it."""
    found: dict[str, bytes] = {}
    for item, table in pairs:
        name, said = getattr(item, "file", ""), getattr(item, "sha256", "")
        if not name or name in FILES:
            continue
        if name not in names:
            table.fault(f"{name} is missing{near(name, names)}", "file")
            continue
        try:
            body = content(name)
        except OSError as error:
            table.fault(f"{name} cannot be read: {_reason(error)}", "file")
            continue
        is_ = hashlib.sha256(body).hexdigest()
        if said and is_ != said:
            table.fault(f"{name} is not the file that was registered: its SHA-256 is {is_}", "sha256")
        found[name] = body
    return found
