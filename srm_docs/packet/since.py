"""What differs from an earlier packet: its conclusions and ours in, a line for everything that differs out.

The earlier packet is an input like any other: it is named, and the digest of its manifest is part of this packet's
name and of inputs.json. None is ever looked for: what lies in a folder by chance may not change a packet's bytes.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from srm_docs.checks.observation import Status
from srm_docs.dates import MONTHS
from srm_docs.findings.judge import Result
from srm_docs.findings.rollup import Statement
from srm_docs.packet.model import Answer, ChangeLine, RequirementLine, Shape, Since
from srm_docs.packet.requirements import STATEMENT_SHAPES, STATEMENTS
from srm_docs.packet.selftests import SHAPES, WORDS
from srm_docs.packet.words import moment, say

_WORST: Final = (Status.UNMET, Status.UNKNOWN, Status.MET, Status.NOT_APPLICABLE)
_NEW, _GONE = say("Not in the earlier packet"), say("Not in this packet")
_SELF_TEST = say("Self-test")


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """An earlier packet of the same organization: name, digest of its manifest, and what its findings.json says.

    tests       id -> status and title             statements   (framework, id) -> statement
    """

    packet: str
    manifest: str
    check_set: str = ""
    catalog_digest: str = ""
    as_read: str = ""
    tests: Mapping[str, tuple[Status, str]] = field(default_factory=dict)
    statements: Mapping[tuple[str, str], Statement] = field(default_factory=dict)

    @classmethod
    def of(cls, findings: Mapping[str, Any], **named: str) -> Earlier:
        """The packet with these findings. KeyError, TypeError or ValueError where they are not what we write."""
        return cls(
            **named,
            as_read=_moment(str(findings["as_read_on"])),
            tests={str(t["id"]): (Status(t["status"]), str(t["title"])) for t in findings["checks"]},
            statements={
                (str(r["framework"]), str(r["id"])): Statement(r["statement"]) for r in findings["requirements"]
            },
        )


def _moment(text: str) -> str:
    """The moment that an earlier packet wrote in words; another text as it is."""
    found = re.fullmatch(r"(\d{1,2}) ([A-Z][a-z]+) (\d{4}) (\d\d):(\d\d) UTC", text)
    if found is None or found[2] not in MONTHS:
        return text
    try:
        when = dt.datetime(
            int(found[3]), MONTHS.index(found[2]) + 1, int(found[1]), int(found[4]), int(found[5]), tzinfo=dt.UTC
        )
    except ValueError:
        return text
    return moment(when)


def since_of(
    earlier: Earlier | None,
    results: Sequence[Result],
    requirements: Sequence[RequirementLine],
    *,
    check_set: str,
    catalog_digest: str,
) -> Since | None:
    """The comparison; None where no earlier packet was given."""
    if earlier is None:
        return None
    counts = Counter(status for status, _ in earlier.tests.values())
    ours = Counter(r.status for r in results)
    return Since(
        packet=earlier.packet,
        manifest=earlier.manifest,
        as_read=earlier.as_read,
        tests=tuple((WORDS[s], counts[s], ours[s]) for s in _order()),
        changes=tuple(
            sorted(
                [*_tests(results, earlier), *_requirements(requirements, earlier)],
                key=lambda c: (not c.worse, c.about != _SELF_TEST, c.about),
            )
        ),
        comparable=_COMPARABLE[earlier.check_set != check_set, earlier.catalog_digest != catalog_digest],
    )


_COMPARABLE: Final = {
    (True, True): say("The self-tests and the mapping of the two packets differ, and a difference may come from that."),
    (True, False): say("The self-tests of the two packets differ, and a difference may come from that."),
    (False, True): say("The mapping of the two packets differ, and a difference may come from that."),
    (False, False): say("Both packets were judged by the same self-tests and the same mapping."),
}
"""By whether the self-tests, and whether the mapping, are other ones."""


def _order() -> tuple[Status, ...]:
    return (Status.MET, Status.UNMET, Status.UNKNOWN, Status.NOT_APPLICABLE)


def _tests(results: Sequence[Result], earlier: Earlier) -> Iterator[ChangeLine]:
    for result in results:
        before = earlier.tests[result.check.id][0] if result.check.id in earlier.tests else None
        if before is result.status:
            continue
        yield ChangeLine(
            about=_SELF_TEST,
            id=result.check.id,
            title=result.check.title,
            before=WORDS[before] if before else _NEW,
            now=Answer(text=WORDS[result.status], shape=SHAPES[result.status]),
            worse=result.status in _WORST[:2]
            and (before is None or _WORST.index(result.status) < _WORST.index(before)),
        )
    ours = {result.check.id for result in results}
    for name, (status, title) in earlier.tests.items():
        if name not in ours:
            yield ChangeLine(
                about=_SELF_TEST,
                id=name,
                title=title,
                before=WORDS[status],
                now=Answer(text=_GONE, shape=Shape.MISSING),
                worse=False,
            )


def _requirements(lines: Sequence[RequirementLine], earlier: Earlier) -> Iterator[ChangeLine]:
    known = {framework for framework, _ in earlier.statements}
    shapes = {shape: statement for statement, shape in STATEMENT_SHAPES.items()}
    order = list(Statement)
    for line in lines:
        before, now = earlier.statements.get((line.framework, line.id)), shapes[line.statement.shape]
        if before is now or line.framework not in known:
            continue
        yield ChangeLine(
            about=say("SOC 2 criterion") if line.framework == "soc2" else say("ISO/IEC 27001 requirement"),
            id=line.id,
            title=line.title,
            before=STATEMENTS[before] if before else _NEW,
            now=line.statement,
            worse=before is not None and order.index(now) < order.index(before),
        )
