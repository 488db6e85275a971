"""A block or a line for each account, and a packet of some of them that follows from their own evidence alone."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import replace

import pytest

from srm_docs import pipeline
from srm_docs.catalog.load import files as catalog_files
from srm_docs.checks import discover
from srm_docs.config import Config
from srm_docs.errors import UsageError
from srm_docs.evidence.part import part
from srm_docs.evidence.snapshot import Snapshot
from srm_docs.packet.assemble import assemble
from srm_docs.packet.model import Packet
from srm_docs.packet.outputs import data_files, evidence_files
from srm_docs.render import documents, html, views
from srm_docs.resources import controls
from srm_docs.verify.core import Found
from srm_docs.verify.rejudge import Judged, rejudge
from tests import small_estate as small

A, B, C = small.FIRST, small.SECOND, "777788889999"


def estate() -> Packet:
    answers = (
        small.everywhere(small.VOLUMES, small.volumes(True), A)
        | small.everywhere(small.VOLUMES, small.volumes(False), B)
        | small.everywhere(small.BUCKETS, small.refused(), A)
    )
    scopes = (small.account(A), small.account(B, left_out=("eu-north-1",)), small.account(C, entered=False))
    return small.packed(small.Estate(answers=answers, accounts=scopes))


def test_each_account_says_what_stands_in_it() -> None:
    lines = {a.id: a for a in estate().accounts}
    assert list(lines) == [A, B, C]
    assert all(a.met + a.unmet + a.unknown + a.not_applicable == a.tests == len(small.CHECKS) for a in lines.values())
    assert "volumes_are_encrypted" in lines[B].deviating
    assert "volumes_are_encrypted" not in lines[A].deviating
    assert (lines[A].unread, lines[B].unread) == (2, 0), "the list of buckets, and what depends on it"
    assert (lines[C].met, lines[C].unmet, lines[C].unknown) == (0, 0, len(small.CHECKS))
    assert lines[C].entered.text == "Not entered: AccessDenied"
    assert lines[B].left_out == ("eu-north-1",)


def printed(packet: Packet, kind: str) -> str:
    return html.render(documents.KINDS[kind].template, **documents.context(packet, kind)).text


@pytest.mark.parametrize("kind", ["soc2-packet", "iso27001-packet"])
@pytest.mark.parametrize("number", [1, 2, views.MOST_ACCOUNT_BLOCKS, views.MOST_ACCOUNT_BLOCKS + 1, 50])
def test_every_account_is_printed_however_many_there_are(kind: str, number: int) -> None:
    packet = estate()
    ids = [f"{n:012d}" for n in range(100_000_000_001, 100_000_000_001 + number)]
    packet = replace(packet, accounts=tuple(replace(packet.accounts[1], id=i) for i in ids))
    text = printed(packet, kind)
    section = text.partition('id="accounts"')[2].partition("</section>")[0]
    assert bool(section) == (number > 1), "one account needs no section of its own"
    if section:
        assert all(i in section for i in ids)
        assert (section.count("<h2") == number) == (number <= views.MOST_ACCOUNT_BLOCKS)


# -- a packet of some accounts ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole(demo_snapshot: Snapshot) -> Snapshot:
    return demo_snapshot


def test_a_part_holds_only_what_was_asked_of_its_accounts(whole: Snapshot) -> None:
    cut = part(whole, [B])
    assert [a.id for a in cut.header.accounts] == [B]
    assert {e.question.place.account for e in cut.entries.values()} == {B}
    assert cut.header.part is not None
    assert (cut.header.part.accounts, cut.header.part.record) == (2, whole.record)
    assert cut.record != whole.record
    assert part(whole, []) is whole
    assert part(whole, [B, A]) is whole


def test_an_account_that_the_snapshot_has_not_is_named_with_a_near_match(whole: Snapshot) -> None:
    with pytest.raises(UsageError, match="has no account 111122223334") as caught:
        part(whole, ["111122223334"])
    assert caught.value.hint == f"Did you mean {A}?"


def test_a_packet_of_one_account_says_so_and_is_judged_again_from_its_own_evidence(whole: Snapshot) -> None:
    config = Config()
    found = pipeline.catalog(config)
    audit = pipeline.demo_audit(config, whole.header)
    names, files = [], {}
    for kept in (whole, part(whole, [B])):
        given = pipeline._ingredients(found, kept, audit, config)
        names.append(given.packet_name)
        packet = assemble(given)
        files = dict(evidence_files(kept)) | data_files(given, packet, [c.id for c in discover.checks()])
        files |= {f"catalog/{name}": body for name, body in catalog_files(controls())}
    assert names[0] != names[1]
    said = f"Account {B} of 2 in the snapshot; the other is out of this packet's scope."
    assert packet.scope.part == said
    assert packet.summary.out_of_scope.endswith(said)
    assert said.replace("'", "") in re.sub(r"&#39;|’|'", "", printed(packet, "soc2-packet"))
    kept_text = b"\n".join(body for name, body in files.items() if not name.startswith("evidence/"))
    assert b"example-production" not in kept_text
    outcome = rejudge({p: Found.of(b) for p, b in files.items()}, lambda path: files[path])
    assert outcome.state is Judged.SAME, [dataclasses.astuple(d) for d in outcome.differences[:5]]
