"""Write single fields of the register: cells (kind, item, field) -> value in, files whose comments and order survive.

The same cells are what a workbook's import and `srm-docs register set` speak of. Nothing is written unless the whole
register is sound with the changes; then each file is replaced in one step.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import io
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

from srm_docs.declare.fields import Field, Form, Value, WrongValue, fields_of, read_value, spell
from srm_docs.declare.items import KINDS
from srm_docs.declare.lint import Known
from srm_docs.declare.load import Survey, read_files, survey
from srm_docs.declare.register import Register
from srm_docs.errors import OutputError, RegisterError, UsageError
from srm_docs.sourcefile import near, plain_is_text

_WIDTH: Final = 110
_LONG: Final = 80
_PLAIN: Final = re.compile(r"[^\W_](?:.*\S)?")
_TELLING: Final = re.compile(r":(?:\s|$)|\s#|[\[\]{}]|,(?!\s)")
"""What may mean something to a reader of YAML, in a list on one line at least."""
__all__ = [
    "Cell",
    "Change",
    "Editor",
    "Field",
    "Form",
    "WrongValue",
    "cells",
    "fault",
    "field_of",
    "fields",
    "kinds",
    "read_value",
    "spell",
    "title",
    "writer",
]
_HEAD: Final = "# {title}. What each key means: docs/register.md, or an editor that reads docs/schemas/{schema}.\n"


class Cell(NamedTuple):
    """Where one value stands: a kind of `items.KINDS`, an item's id, a field's name. Equal cells are the same place."""

    kind: str
    item: str
    field: str

    def __str__(self) -> str:
        """`controls NET-02 owner`, as a person types it."""
        return f"{self.kind} {self.item} {self.field}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One value that differs; blank is "not provided"."""

    cell: Cell
    before: Value
    after: Value

    def __str__(self) -> str:
        """`controls NET-02 owner: "" -> "Platform lead"`."""
        return f'{self.cell}: "{spell(self.before)}" -> "{spell(self.after)}"'


def kinds() -> tuple[str, ...]:
    """All kinds of items, in the order in which a person would fill them in."""
    return tuple(KINDS)


def title(kind: str) -> str:
    """What a kind is called."""
    return KINDS[kind].TITLE


def writer(kind: str) -> str:
    """The command that alone writes items of a kind; empty where people may."""
    return KINDS[kind].WRITER


def fields(kind: str) -> Mapping[str, Field]:
    """The fields of a kind by name, with what each allows (`Field.allowed`). UsageError where there is no such kind."""
    if kind not in KINDS:
        raise UsageError(f'The register has no kind "{kind}"{near(kind, KINDS)}', hint=f"Kinds: {', '.join(KINDS)}.")
    return fields_of(KINDS[kind])


def field_of(cell: Cell) -> Field:
    """The description of a cell's field. UsageError where there is no such kind or field."""
    known = fields(cell.kind)
    if cell.field not in known:
        raise UsageError(
            f'{cell.kind} have no field "{cell.field}"{near(cell.field, known)}', hint=f"Fields: {', '.join(known)}."
        )
    return known[cell.field]


def fault(cell: Cell, value: Any) -> str:
    """Half a sentence that says why a value does not fit into a cell; empty where it does.

    What shows only beside other items (an unknown id, an approver who asked) is found by `Editor.check`.
    """
    try:
        read_value(field_of(cell), value)
    except WrongValue as wrong:
        return str(wrong)
    return ""


def cells(register: Register) -> Iterator[tuple[Cell, Value]]:
    """Every cell of a register with its value, kind by kind, in the order of the files."""
    for kind, model in KINDS.items():
        for item in register.items(kind):
            for name in fields_of(model):
                yield Cell(kind, item.id, name), getattr(item, name)


class Editor:
    """The files of one register folder, to be changed cell by cell and then written together.

    `set` raises WrongValue for one value; `check` and `save` look at the whole. A folder that is not there yet is an
    empty register, and `save` makes it.
    """

    def __init__(self, folder: Path, known: Known) -> None:
        """Read the folder. Raises RegisterError where it is not sound as it stands: mend that first."""
        self.folder, self._known = folder, known
        found = survey(folder, known) if folder.is_dir() else Survey(register=Register(), faults=())
        if found.register is None:
            raise _wrong(found, f"{folder.name}/ must be sound before it is changed:")
        self._before = found.register
        self._strays = found.strays
        self._trees: dict[str, CommentedMap] = {}
        # by place and not by what ruamel.yaml reads: an id such as 1e3 is text to our reader and a number to YAML 1.2
        self._places = {kind: [item.id for item in found.register.items(kind)] for kind in KINDS}
        self._values = dict(cells(found.register))
        self._changes: dict[Cell, Change] = {}

    @property
    def register(self) -> Register:
        """The register as it was read."""
        return self._before

    def value(self, cell: Cell) -> Value:
        """A cell's value with the changes so far; of an item that is not there, what "not provided" is."""
        described = field_of(cell)
        return self._values.get(cell, read_value(described, None))

    def has(self, kind: str, item: str) -> bool:
        """Whether there is such an item, those added by `set` included."""
        return Cell(kind, item, "id") in self._values

    def set(self, cell: Cell, value: Any) -> None:
        """Change one value; a blank one takes the key away. An item that is not there is added at the end.

        Raises WrongValue with half a sentence, or UsageError for a kind or field that there is not. The id stays.
        """
        described = field_of(cell)
        new = read_value(described, value)
        if cell.field == "id":
            if new != cell.item:
                raise WrongValue(f"is {cell.item} and stays: an id is a promise")
        elif described.needed and not new:
            raise WrongValue("cannot be blank")
        tree = self._tree(cell.kind)
        if not self.has(cell.kind, cell.item):
            ident = Cell(cell.kind, cell.item, "id")
            read_value(field_of(ident), cell.item)
            tree[cell.kind].append(CommentedMap(id=_scalar(cell.item)))
            self._places[cell.kind].append(cell.item)
            self._note(ident, cell.item)
        if new == self.value(cell):
            return
        item = tree[cell.kind][self._places[cell.kind].index(cell.item)]
        if new in (None, "", ()):
            item.pop(cell.field, None)
        else:
            _put(item, cell, _made(described, new))
        self._note(cell, new)

    def remove(self, kind: str, item: str) -> None:
        """Take an item away, with the comments inside it. UsageError where there is none."""
        if not self.has(kind, item):
            raise UsageError(f'{kind} have no "{item}"{near(item, (c.item for c in self._values if c.kind == kind))}')
        listed = self._tree(kind)[kind]
        at = self._places[kind].index(item)
        del listed[at], self._places[kind][at]
        for name, described in fields(kind).items():
            self._note(Cell(kind, item, name), read_value(described, None))
            self._values.pop(Cell(kind, item, name), None)

    def _note(self, cell: Cell, new: Value) -> None:
        first = self._changes.get(cell)
        before = first.before if first else self.value(cell)
        self._values[cell] = new
        self._changes[cell] = Change(cell=cell, before=before, after=new)

    def changes(self) -> tuple[Change, ...]:
        """What would be written, in the order it was set; a value set back to what it was is none."""
        return tuple(change for change in self._changes.values() if change.before != change.after)

    def files(self) -> dict[str, bytes]:
        """The files that differ from those read, by name."""
        before = dict(self._before.files)
        touched = {kind: _dumped(tree, kind, new=f"{kind}.yaml" not in before) for kind, tree in self._trees.items()}
        return {f"{kind}.yaml": body for kind, body in touched.items() if before.get(f"{kind}.yaml") != body}

    def survey(self) -> Survey:
        """The register with the changes: what it would be, or every fault, as the reader finds them."""
        written = self.files() if self.changes() else {}
        kept = {name: body for name, body in self._before.files if name not in written}
        names = sorted({*kept, *written, *self._strays})

        def content(name: str) -> bytes:
            return written.get(name) or kept.get(name) or (self.folder / name).read_bytes()

        return read_files(names, content, self._known, root=self.folder.name)

    def check(self) -> None:
        """Raise RegisterError unless the register is sound with the changes, and its files say what was set."""
        found = self.survey()
        if found.register is None:
            raise _wrong(found, "Nothing was written, because the register would not be sound:")
        if _given(dict(cells(found.register))) != _given(self._values):
            raise RegisterError("Nothing was written: the files would not say what was set.", hint="Report this.")

    def save(self) -> tuple[Path, ...]:
        """Write what changed and return the files. Raises RegisterError, writing nothing, unless all is sound.

        Each file is replaced in one step, so that one which was interrupted is the old or the new one, never half.
        """
        if not self.changes():
            return ()
        self.check()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with contextlib.ExitStack() as stack:
                stack.enter_context(_alone(self.folder))
                self._unchanged()
                staged = [
                    (_staged(stack, self.folder / name, body), name) for name, body in sorted(self.files().items())
                ]
                for temporary, name in staged:
                    Path(temporary).replace(self.folder / name)
        except OSError as error:
            raise OutputError(
                f"{error.filename or self.folder} cannot be written: {error.strerror}",
                hint="Choose a folder you may write to.",
            ) from error
        return tuple(self.folder / name for _, name in staged)

    def _unchanged(self) -> None:
        """Raise RegisterError where a file that would be replaced is not the one that was read."""
        before = dict(self._before.files)
        for name in self.files():
            path = self.folder / name
            if (path.read_bytes() if path.exists() else None) != before.get(name):
                raise RegisterError(
                    f"Nothing was written: {self.folder.name}/{name} was changed by somebody meanwhile.",
                    hint="Repeat the command.",
                )

    def _tree(self, kind: str) -> CommentedMap:
        """A file as ruamel.yaml holds it, which our own reader has found to be sound before."""
        if kind not in self._trees:
            body = dict(self._before.files).get(f"{kind}.yaml")
            self._trees[kind] = _yaml().load(body.decode("utf-8-sig")) if body else CommentedMap({kind: CommentedSeq()})
        return self._trees[kind]


def _given(values: Mapping[Cell, Value]) -> dict[Cell, Value]:
    return {cell: value for cell, value in values.items() if value not in (None, "", ())}


def _wrong(found: Survey, message: str) -> RegisterError:
    return RegisterError(message, faults=[str(one) for one in found.faults], hint="Mend the lines named.")


def _yaml() -> YAML:
    made = YAML(typ="rt")
    made.preserve_quotes = True
    made.width = _WIDTH
    made.indent(mapping=2, sequence=4, offset=2)
    made.allow_unicode = True
    made.representer.ignore_aliases = lambda _: True  # one day set twice is one object, and our reader refuses anchors
    return made


def _dumped(tree: CommentedMap, kind: str, *, new: bool) -> bytes:
    out = io.StringIO()
    _yaml().dump(tree, out)
    text = out.getvalue()
    if new:
        text = _HEAD.format(title=KINDS[kind].TITLE, schema=f"register-{kind}.schema.json") + text
    return text.encode()


def _put(item: CommentedMap, cell: Cell, value: Any) -> None:
    """Set a key; a new one stands where the model has it, so that files read alike whoever wrote them."""
    if cell.field in item:
        item[cell.field] = value
        return
    order = list(fields(cell.kind))
    after = [name for name in order[: order.index(cell.field)] if name in item]
    place = max((list(item).index(name) for name in after), default=-1) + 1
    item.insert(place, cell.field, value)


def _made(field: Field, value: Value) -> Any:
    """A value as it stands in YAML."""
    if field.form is Form.LIST and isinstance(value, tuple):
        listed = CommentedSeq(DoubleQuotedScalarString(one) if "," in one else _scalar(one) for one in value)
        if all(len(one) <= _LONG // 2 for one in value) and len(value) <= 12:  # noqa: PLR2004 - ids on one line
            listed.fa.set_flow_style()
        return listed
    if isinstance(value, (bool, dt.date)):
        return value
    return _scalar(str(value))


def _scalar(text: str) -> Any:
    """Text without quotes where every reader of YAML takes it for that text, as a block where it has lines."""
    if "\n" in text and not any(line != line.rstrip() for line in text.split("\n")) and "\t" not in text:
        return LiteralScalarString(text + "\n")
    if not _PLAIN.fullmatch(text) or _TELLING.search(text) or not plain_is_text(text):
        return DoubleQuotedScalarString(text)
    return text


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One writer at a time. The folder itself is locked, so that nothing new lies in somebody's repository."""
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def _staged(stack: contextlib.ExitStack, path: Path, body: bytes) -> str:
    """A file beside the one to replace, whole and on the disk, with its rights."""
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".register-", suffix="~", delete=False) as out:
        stack.callback(lambda: Path(out.name).unlink(missing_ok=True))
        out.write(body)
        out.flush()
        os.fsync(out.fileno())
    Path(out.name).chmod(mode)
    return out.name
