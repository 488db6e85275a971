"""Fifty accounts in four regions, every call and every check: judged, assembled and still read by a person."""

from __future__ import annotations

import re
import resource
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest

from srm_docs import pipeline
from srm_docs.checks import discover
from srm_docs.checks.call import Call
from srm_docs.checks.parameter import resolve
from srm_docs.checks.place import Place
from srm_docs.checks.role import of_accounts
from srm_docs.collect.answer import Answer
from srm_docs.collect.run import collect
from srm_docs.config import Config
from srm_docs.declare.audit import Audit
from srm_docs.evidence.entry import PlannedCall
from srm_docs.evidence.ledger import ledger
from srm_docs.findings.conclude import conclude
from srm_docs.packet.assemble import assemble
from srm_docs.packet.ingredients import Ingredients
from srm_docs.packet.model import Packet
from srm_docs.render import documents, html
from tests.aws_replies import Replies
from tests.replay import Inline, Kept
from tests.test_checks_replies import HEADER

REGIONS = ("eu-central-1", "eu-west-1", "us-east-1", "us-west-2")
IDS = tuple(f"{number:012d}" for number in range(100_000_000_001, 100_000_000_051))
CALLS = of_accounts(discover.calls())


@dataclass(frozen=True)
class Same:
    """Implements Ask: every place answers a call alike."""

    pages: Mapping[str, tuple[Mapping[str, Any], ...]]

    def ask(self, call: Call, place: Place, params: Mapping[str, Any]) -> Answer:
        return Answer(pages=self.pages[call.id])

    def release(self, service: str) -> None:
        pass


def packed() -> tuple[Packet, int]:
    planned = tuple(PlannedCall(id=c.id, scope=c.scope, per=c.per.id if c.per else "") for c in CALLS)
    scopes = tuple(replace(HEADER.accounts[0], id=id_, regions=REGIONS) for id_ in IDS)
    kept = Kept(header=replace(HEADER, accounts=scopes, calls=planned))
    same = Same({c.id: Replies(c.id, nulls=False).pages(c) for c in CALLS})
    collect(CALLS, dict.fromkeys(IDS, REGIONS), ask=same, keep=kept, executor=Inline())
    catalog = pipeline.catalog(Config())
    values = resolve(discover.parameters(), {})
    given = Ingredients(
        catalog=catalog,
        header=kept.header,
        entries=tuple(kept.entries.values()),
        ledger=ledger(kept.header, kept.entries, {c.id: c for c in CALLS}, kept.pages),
        conclusions=conclude(catalog, discover.checks(), CALLS, kept, Audit()),
        calls=CALLS,
        parameters=discover.parameters(),
        parameter_values=values,
        audit=Audit(),
        snapshot_digest="0" * 64,
        packet_name="large",
        check_set="0" * 64,
        evidence=kept,
    )
    return assemble(given), len(kept.entries)


@pytest.fixture(scope="module")
def estate() -> tuple[Packet, int]:
    return packed()


@pytest.mark.slow
def test_fifty_accounts_are_judged_and_printed_with_nobody_left_out(estate: tuple[Packet, int]) -> None:
    packet, asked = estate
    assert asked > len(IDS) * len(REGIONS) * 100
    assert [a.id for a in packet.accounts] == list(IDS)
    assert all(a.met + a.unmet + a.unknown + a.not_applicable == a.tests for a in packet.accounts)
    for kind in ("soc2-packet", "iso27001-packet"):
        text = html.render(documents.KINDS[kind].template, **documents.context(packet, kind)).text
        assert not [id_ for id_ in IDS if id_ not in text]
        index = text.index(
            "<th", text.lower().index("parameters and filters")
        )  # of evidence: it is looked up in, not read
        tables = re.findall(r"<tbody.*?</tbody>", text[:index], re.DOTALL)
        longest = max(table.count("<tr") for table in tables)
        assert longest < 600, f"nobody reads a table of {longest} rows"
        assert "workbook, sheet Resources" in text
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    assert peak < 1500, f"{peak} MiB"


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["responsibility-matrix", "soc2-packet", "iso27001-packet"])
def test_no_document_of_fifty_accounts_needs_volumes(kind: str, estate: tuple[Packet, int]) -> None:
    """A document's length is a matter of controls. One that passes 300 pages would have to become volumes."""
    assert 20 < documents.printed(estate[0], kind).pages < 300
