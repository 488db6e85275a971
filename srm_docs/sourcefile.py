"""Text of a YAML or TOML file in, plain data with the line of every value out; mistakes are a list of faults.

A person who writes `controls/` or `srm-docs.toml` by hand wants every mistake at once, each with its line.
Parsers give data without lines or stop at the first mistake, so YAML is read event by event. That also keeps
hostile files harmless: aliases, tags and deep nesting are refused before anything is built from them.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import yaml

LARGEST_FILE: Final = 1 << 20
"""Bytes. Our own largest file has 60 kB; more than this is a mistake or an attack."""
DEEPEST: Final = 24
"""Levels of lists and tables in each other. Ours have six."""

Path = tuple[str | int, ...]
"""Where a value stands in the data: keys and list positions, from the outside in."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Fault:
    """One mistake in one file; line 0 means the file as a whole."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        """`controls/domains/07-data.yaml:12: sentence`, which editors and terminals can follow."""
        return f"{self.file}:{self.line}: {self.message}" if self.line else f"{self.file}: {self.message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A parsed file: `data` is dict, list, str, int, float, bool, None or (TOML only) a date."""

    file: str
    data: Any
    lines: Mapping[Path, int]

    def line_of(self, path: Path) -> int:
        """Line of the key or item at `path`, or of the nearest thing around it; 1 for the whole file."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def fault(self, path: Path, message: str) -> Fault:
        """Return a fault at the line of `path`."""
        return Fault(file=self.file, line=self.line_of(path), message=message)


Read = tuple[Source | None, tuple[Fault, ...]]
"""Data, if any could be read, and every fault found on the way. Both may be there: a duplicate key, say."""


def near(word: str, known: Iterable[str]) -> str:
    """Return `; did you mean "x"?` for the closest of `known`, or an empty string if none is close.

    >>> near("CC6.44", ["CC6.4", "CC7.1"])
    '; did you mean "CC6.4"?'
    """
    by_folded = {item.casefold(): item for item in sorted(known, reverse=True)}
    close = difflib.get_close_matches(word.casefold(), sorted(by_folded), n=1, cutoff=0.6)
    return f'; did you mean "{by_folded[close[0]]}"?' if close else ""


def read_yaml(content: bytes | str, *, file: str) -> Read:
    """Parse YAML (UTF-8). Safe types only; aliases, tags, duplicate keys and a second document are faults."""
    return _read(content, file, _parse_yaml)


def read_toml(content: bytes | str, *, file: str) -> Read:
    """Parse TOML (UTF-8). Items inside an array or inline table have the line of the key that holds them."""
    return _read(content, file, _parse_toml)


def _read(content: bytes | str, file: str, parse: Callable[[str, str], Read]) -> Read:
    try:
        return parse(_decoded(content), file)
    except _Refused as refused:
        return None, (Fault(file=file, line=refused.line, message=refused.message),)


def _decoded(content: bytes | str) -> str:
    if len(content) > LARGEST_FILE:
        raise _Refused(0, f"the file is larger than {LARGEST_FILE >> 20} MiB")
    if isinstance(content, str):
        return content
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _Refused(line, f"the file is not UTF-8 text (byte 0x{content[error.start]:02x})") from None


class _Refused(Exception):
    """Reading cannot go on; `line` starts at 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line, self.message = line, message


_SCALARS: Final[Mapping[str, Callable[[str], Any]]] = {
    "tag:yaml.org,2002:str": str,
    "tag:yaml.org,2002:null": lambda _: None,
    "tag:yaml.org,2002:bool": lambda text: text.casefold() in {"true", "yes", "on"},
    "tag:yaml.org,2002:int": lambda text: int(text.replace("_", ""), 10),
    "tag:yaml.org,2002:float": lambda text: float(text.replace("_", "")),
}
_RESOLVER: Final[Any] = yaml.SafeLoader("")


def plain_is_text(text: str) -> bool:
    """Whether text that stands in YAML without quotes is read as that text: `yes`, `12` and `null` are not."""
    tag = _RESOLVER.resolve(yaml.ScalarNode, text, (True, False))
    return _SCALARS.get(tag, str) is str


class _Tree:
    """Events in, plain data out."""

    def __init__(self, events: Iterator[Any], file: str) -> None:
        self.events = events
        self.file = file
        self.lines: dict[Path, int] = {}
        self.faults: list[Fault] = []

    def value(self, event: Any, path: Path) -> Any:
        """Build the value that begins with `event`; its line is kept unless its key already set one."""
        line = event.start_mark.line + 1
        self.lines.setdefault(path, line)
        if isinstance(event, yaml.AliasEvent) or event.anchor:
            raise _Refused(line, "anchors and aliases (& and *) are not allowed: write the value out")
        if event.tag and event.tag != "!":
            raise _Refused(line, f"tags are not allowed: {event.tag}")
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event)
        if len(path) >= DEEPEST:
            raise _Refused(line, f"nested more than {DEEPEST} levels deep")
        return self.mapping(path) if isinstance(event, yaml.MappingStartEvent) else self.sequence(path)

    def scalar(self, event: Any) -> Any:
        """Read a scalar as YAML 1.1 does, except that dates stay text and odd numbers are refused."""
        tag = _RESOLVER.resolve(yaml.ScalarNode, event.value, event.implicit)
        convert = _SCALARS.get(tag, str)
        try:
            return convert(event.value)
        except ValueError:
            self.fault(event, f'"{event.value}" is read as a number: put it in quotes')
            return event.value

    def fault(self, event: Any, message: str) -> None:
        """Note a mistake that does not end the reading."""
        self.faults.append(Fault(file=self.file, line=event.start_mark.line + 1, message=message))

    def sequence(self, path: Path) -> list[Any]:
        """Read items until the list ends."""
        items: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self.value(event, (*path, len(items))))
        return items

    def mapping(self, path: Path) -> dict[str, Any]:
        """Read keys and values until the mapping ends; of a duplicate key the first value stays."""
        table: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            line = event.start_mark.line + 1
            key = self.value(event, (*path, "")) if isinstance(event, yaml.ScalarEvent) else None
            self.lines.pop((*path, ""), None)
            if not isinstance(key, str):
                raise _Refused(line, "a key must be text")
            if key in table:
                self.fault(event, f'duplicate key "{key}"; it is already on line {self.lines[(*path, key)]}')
                # Read the second value for its own faults, then forget it and its lines.
                kept, self.lines = self.lines, {}
                self.value(next(self.events), (*path, key))
                self.lines = kept
                continue
            self.lines[(*path, key)] = line
            table[key] = self.value(next(self.events), (*path, key))
        return table


def _parse_yaml(text: str, file: str) -> Read:
    try:
        events: Iterator[Any] = yaml.parse(text, Loader=yaml.CSafeLoader)
        next(events)  # the stream begins
        if isinstance(next(events), yaml.StreamEndEvent):
            raise _Refused(0, "the file is empty")
        tree = _Tree(events, file)
        data = tree.value(next(events), ())
        next(events)  # the document ends
        event = next(events)
        if not isinstance(event, yaml.StreamEndEvent):
            raise _Refused(event.start_mark.line + 1, "a second document (---) in one file is not allowed")
    except yaml.MarkedYAMLError as error:
        raise _malformed(error, text) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise _Refused(line, f"not YAML: character U+{ord(text[error.position]):04X} is not allowed") from None
    return Source(file=file, data=data, lines=tree.lines), tuple(tree.faults)


def _malformed(error: yaml.MarkedYAMLError, text: str) -> _Refused:
    """Say what the parser found and where; for what was never closed, where it was opened."""
    marks = [error.problem_mark, error.context_mark]
    if error.problem and "end of stream" in error.problem:
        marks.reverse()
    line = next((mark.line + 1 for mark in marks if mark is not None), 0)
    if any(row.startswith("\t") for row in text.splitlines()[line - 1 : line] if line):
        return _Refused(line, "not YAML: a tab begins the line; use spaces")
    words = " ".join(str(part) for part in (error.context, error.problem) if part)
    return _Refused(line, f"not YAML: {words}")


_WHERE: Final = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_TOML_OPENING: Final = re.compile(r"[ \t]*(\[\[?)?")
_TOML_KEY: Final = re.compile(r"""[ \t]*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([A-Za-z0-9_-]+))[ \t]*(\.)?""")
_TOML_SKIP: Final = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}'  # strings, in which brackets and # mean nothing
    r"|'''.*?'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*"
    r"|[\[\]{}\n]",
    re.DOTALL,
)


def _parse_toml(text: str, file: str) -> Read:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        where = _WHERE.search(str(error))
        line = int(where[1]) if where and where[1] else text.rstrip().count("\n") + 1
        message = _WHERE.sub("", str(error))
        raise _Refused(line, f"not TOML: {message[:1].lower()}{message[1:]}") from None
    except RecursionError:
        raise _Refused(0, "nested too deeply") from None
    return Source(file=file, data=data, lines=_toml_lines(text)), ()


def _toml_lines(text: str) -> dict[Path, int]:
    """Lines of headers and keys in TOML that tomllib has already found to be right."""
    lines: dict[Path, int] = {(): 1}
    arrays: dict[Path, int] = {}
    table: Path = ()
    for line, start in _statements(text):
        opening = _TOML_OPENING.match(text, start)
        mark = opening[1] if opening else None
        names = _toml_names(text, opening.end() if opening else start)
        if not names:
            continue
        path = _through(names, arrays, whole=mark == "[") if mark else (*table, *names)
        for end in range(1, len(path)):
            lines.setdefault(path[:end], line)
        if mark == "[[":
            arrays[path] = arrays.get(path, -1) + 1
            lines.setdefault(path, line)
            path = (*path, arrays[path])
        lines[path] = line
        if mark:
            table = path
    return lines


def _statements(text: str) -> Iterator[tuple[int, int]]:
    """Yield line and offset of each header or key: lines that begin outside every bracket and string."""
    depth, line, start, first = 0, 1, 0, 1
    for found in _TOML_SKIP.finditer(text):
        sign = found[0]
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(sign, 0)
        line += sign.count("\n")
        if sign == "\n" and depth == 0:
            yield first, start
            start, first = found.end(), line
    yield first, start


def _toml_names(text: str, at: int) -> Path:
    names: list[str | int] = []
    while found := _TOML_KEY.match(text, at):
        basic, literal, bare, dot = found.groups()
        if basic is not None:
            literal = next(iter(tomllib.loads(f'"{basic}" = 0')))
        names.append(literal if literal is not None else bare)
        if not dot:
            break
        at = found.end()
    return tuple(names)


def _through(names: Path, arrays: Mapping[Path, int], *, whole: bool) -> Path:
    """Put list positions behind names that are arrays of tables: [a.b] after [[a]] is ("a", 0, "b")."""
    path: Path = ()
    for position, name in enumerate(names):
        path = (*path, name)
        if path in arrays and (whole or position < len(names) - 1):
            path = (*path, arrays[path])
    return path
