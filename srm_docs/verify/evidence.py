"""A packet's own evidence as judging reads it: the index and the files in, header, entries and pages out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from srm_docs.checks.call import Call
from srm_docs.collect.answer import Answer, evidence_id
from srm_docs.evidence import canonical
from srm_docs.evidence.data import entry_from_data, header_from_data
from srm_docs.evidence.entry import Entry, Header
from srm_docs.evidence.patterns import MARKER
from srm_docs.evidence.snapshot import record_digest
from srm_docs.seal.manifest import strict_table
from srm_docs.verify.core import Found
from srm_docs.verify.differences import Difference

FOLDER: Final = "evidence/"
_ID: Final = re.compile(r"EV-[A-Z2-7]{8,52}")
_PLACES: Final = 100_000
"""Accounts times regions that are judged at most: more is a packet made to keep verify busy."""


class PacketEvidence:
    """What `findings.gather.Evidence` asks for, from a packet. Pages are decoded when they are first asked for."""

    def __init__(self, index: bytes, read: Callable[[str], bytes], calls: Mapping[str, Call]) -> None:
        """Read the index, one entry at a time. EvidenceDamaged or ValueError where it is not one."""
        self.entries: dict[str, Entry] = {}
        self.misnamed: dict[str, str] = {}
        said = strict_table(index, {"entries": self._add})
        if not isinstance(said, dict):
            raise ValueError("is not a table")  # noqa: TRY004 - one kind of fault
        if not isinstance(said.get("entries"), list):
            raise ValueError("lacks its list of entries")  # noqa: TRY004 - likewise
        self.header: Header = header_from_data(said.get("header", {}))
        if sum(1 + len(account.regions) for account in self.header.accounts) > _PLACES:
            raise ValueError(f"names more than {_PLACES} places")
        self.record = record_digest(self.header, self.entries)
        self._read, self._calls = read, calls
        self._seen: set[str] = set()
        self.differs: list[Difference] = []

    def _add(self, item: Any) -> None:
        entry = entry_from_data(item)
        if entry.question.key in self.entries:
            raise ValueError(f"holds the question of {entry.evidence_id} twice")
        self.entries[entry.question.key] = entry
        if (file := item.get("file")) != (file_of(entry) if entry.digest else ""):
            self.misnamed[entry.question.key] = str(file)

    def entry(self, key: str) -> Entry | None:
        """What is on record for a question's key."""
        return self.entries.get(key)

    def pages(self, key: str) -> tuple[Mapping[str, Any], ...]:
        """The pages of a question; the first time, they are compared with what the index says of them."""
        entry = self.entries[key]
        pages: tuple[Mapping[str, Any], ...] = ()
        if entry.digest is not None:
            body = self._read(file_of(entry))
            decoded = canonical.decode(body)
            if not isinstance(decoded, list) or not all(isinstance(page, Mapping) for page in decoded):
                raise ValueError(f"{file_of(entry)} is not a list of pages")
            if canonical.encode(decoded) != body:
                raise ValueError(f"{file_of(entry)} is not in canonical form")
            pages = tuple(decoded)
        if key not in self._seen:
            self._seen.add(key)
            self.differs += self._counted(entry, pages)
        return pages

    def read_the_rest(self) -> None:
        """Compare the evidence that no check asked for, too."""
        for key in self.entries:
            if key not in self._seen:
                self.pages(key)

    def _counted(self, entry: Entry, pages: tuple[Mapping[str, Any], ...]) -> Iterator[Difference]:
        call = self._calls.get(entry.question.call)
        number = entry.rows
        if call is not None:
            number = sum(len(call.rows_in(page)) for page in pages)
        state = Answer(pages=pages, refusal=entry.refusal, absent=entry.absent).state(number)
        for what, said, due in (
            ("pages", entry.pages, len(pages)),
            ("rows", entry.rows, number),
            ("state", entry.state.value, state.value),
        ):
            if said != due:
                yield Difference(subject=f"evidence {entry.evidence_id}, {what}", stated=str(said), judged=str(due))
        asked = entry.circumstances
        if call and asked and (asked.service, asked.operation) != (call.service, call.operation):
            due_words, said_words = f"{call.service}:{call.operation}", f"{asked.service}:{asked.operation}"
            yield Difference(subject=f"evidence {entry.evidence_id}, operation", stated=said_words, judged=due_words)
        masked = set(_masked(list(pages), "")) if entry.redactions else ()
        for one in entry.redactions:
            # The other way round proves nothing: whoever names a resource may have put a marker into the name.
            if one.path not in masked:
                subject = f"evidence {entry.evidence_id}, redaction {one.path}"
                yield Difference(subject=subject, stated=one.kind, judged="nothing is masked there")


def _masked(value: Any, path: str) -> Iterator[str]:
    """The places, as the redaction log names them, where a marker stands."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            if isinstance(key, str) and MARKER.search(key):
                yield f"{path}.{key}"
            yield from _masked(item, f"{path}.{key}")
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _masked(item, f"{path}[{number}]")
    else:
        text = value.decode("latin-1") if isinstance(value, bytes) else value
        if isinstance(text, str) and MARKER.search(text):
            yield path


def file_of(entry: Entry) -> str:
    """The path of an entry's pages in the packet."""
    return f"{FOLDER}{entry.evidence_id}.json"


def index_differences(evidence: PacketEvidence, found: Mapping[str, Found]) -> Iterator[Difference]:
    """Where the evidence index and the files in evidence/ disagree, and ids that do not follow from their questions."""
    named: set[str] = set()
    for key, entry in evidence.entries.items():
        name = f"evidence {entry.evidence_id}"
        if not _ID.fullmatch(entry.evidence_id) or evidence_id(key, len(entry.evidence_id) - 3) != entry.evidence_id:
            yield Difference(subject=f"{name}, id", stated=entry.evidence_id, judged=evidence_id(key))
        path = file_of(entry) if entry.digest else ""
        if key in evidence.misnamed:
            yield Difference(subject=f"{name}, file", stated=evidence.misnamed[key], judged=path)
        if not entry.digest:
            continue
        if path in named:
            yield Difference(subject=f"{name}, id", stated="of two questions", judged="of one")
        named.add(path)
        file = found.get(path)
        if file is None or file.problem or (file.sha256, file.size) != (entry.digest, entry.size):
            is_ = "missing" if file is None else file.problem or f"sha256 {file.sha256}, {file.size} bytes"
            stated = f"sha256 {entry.digest}, {entry.size} bytes"
            yield Difference(subject=f"{name}, {path}", stated=stated, judged=is_)
    for path in sorted(found):
        if path.startswith(FOLDER) and path not in named:
            yield Difference(subject=path, stated="not in the evidence index", judged="in the packet")
