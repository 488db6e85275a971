"""From a call to its questions and from pages to rows: the one place where parents become parameters.

Collecting and judging both read it, so that what is judged is exactly what was asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from srm_docs.checks.call import Call, find
from srm_docs.checks.place import Place
from srm_docs.checks.row import Row
from srm_docs.collect.answer import NOT_OFFERED, Question


def questions(call: Call, place: Place, parents: Sequence[Row]) -> Iterator[tuple[Question, Row | None]]:
    """Every distinct question of a call at a place, with the parent row it is asked for.

    A call without a parent has one. Parent rows that need no such question give none.
    """
    seen: set[str] = set()
    of: Iterable[Row | None] = parents if call.per is not None else (None,)
    for parent in of:
        params = call.params_for(parent)
        if params is None:
            continue
        question = Question(call=call.id, place=place, params=params)
        if question.key not in seen:
            seen.add(question.key)
            yield question, parent


def rows(
    call: Call,
    question: Question,
    pages: Iterable[Mapping[str, Any]],
    *,
    parent: Row | None,
    absent: str = "",
    evidence: str = "",
) -> tuple[Row, ...]:
    """The rows of an answer in the order AWS gave them; one empty row where an answer means "off".

    A call that lists (`rows` is set) has no row where the answer means "off", and no call has one where its service is
    not offered: there is no setting that could be off.
    """
    place, fallback = question.place, parent.name if parent else str(question.place)

    def name(fields: Mapping[str, Any]) -> str:
        return str((find(call.name, fields) if call.name else None) or fallback)

    if absent:
        params = question.params
        off = Row(fields={}, name=name({}), place=place, parent=parent, absent=absent, evidence=evidence, params=params)
        return () if call.rows or absent == NOT_OFFERED else (off,)
    return tuple(
        Row(
            fields=fields,
            name=name(fields),
            place=place,
            parent=parent,
            evidence=evidence,
            params=question.params,
        )
        for page in pages
        for fields in call.rows_in(page)
    )
