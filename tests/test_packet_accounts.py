"""A block or a line for each account, and a packet of some of them that follows from their own evidence alone."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import replace
from typing import Any

import pytest

from srm_docs import pipeline
from srm_docs.catalog.load import files as catalog_files
from srm_docs.checks import discover
from srm_docs.checks.calls.membership import MEMBERS
from srm_docs.checks.place import GLOBAL, Place
from srm_docs.collect.answer import Answer
from srm_docs.collect.scope import LeftOut, OrganizationScope, Out
from srm_docs.config import Config
from srm_docs.declare.audit import Audit
from srm_docs.errors import UsageError
from srm_docs.evidence.part import part
from srm_docs.evidence.snapshot import Snapshot
from srm_docs.packet.assemble import assemble
from srm_docs.packet.model import Packet, Shape
from srm_docs.render import documents, html, views
from srm_docs.resources import controls
from srm_docs.verify.core import Found
from srm_docs.verify.rejudge import Judged, rejudge
from tests import small_estate as small
from tests.whole import data_files, evidence_files

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
@pytest.mark.parametrize(
    "number",
    [
        1,
        views.MOST_ACCOUNT_BLOCKS,
        views.MOST_ACCOUNT_BLOCKS + 1,
        *(pytest.param(many, marks=pytest.mark.slow) for many in (2, 50)),
    ],
)
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


# -- an organization -----------------------------------------------------------------------------------------------

LEFT = (
    LeftOut(id="5" * 12, name="lab", out=Out.CONFIGURATION, why="exclude_ous names ou-ab12-11112222"),
    LeftOut(id="6" * 12, name="old", out=Out.STATE, why="AWS Organizations lists it as SUSPENDED"),
)


def organization(**more: Any) -> Packet:
    """Two accounts, one left out by configuration and one suspended; `more` is said of how they were found."""
    found = {"lister": A, "management": A, "members": 4, "left_out": LEFT} | more
    kept = small.collected(small.Estate(accounts=(small.account(A), small.account(B))))
    kept = replace(kept, header=replace(kept.header, organization=OrganizationScope(**found)))
    listing = small.question(MEMBERS, Place(account=A, region=GLOBAL))
    kept.keep(MEMBERS, listing, Answer(refusal=found.get("refusal"), pages=() if found.get("refusal") else ({},)))
    return assemble(replace(small.ingredients(kept, Audit()), calls=(*small.CALLS, MEMBERS)))


def test_who_was_left_out_is_counted_on_page_one_and_in_the_ledger() -> None:
    packet = organization()
    out = packet.summary.out_of_scope
    assert out == (
        "1 account is out of scope by configuration: 555555555555. "
        "1 account is not active and could not be read: 666666666666."
    )
    assert ("Not everything is in scope.", out) in packet.summary.read_first
    assert packet.scope.accounts_found == (
        f"Listed by AWS Organizations: 4 accounts, asked from {A}, its management account."
    )
    rows = {c.account: c for c in packet.coverage if c.call == "all calls"}
    assert {c.state for c in rows.values()} == {"out of scope"}
    assert rows["5" * 12].why == "Out of scope by configuration: exclude_ous names ou-ab12-11112222."
    assert rows["6" * 12].why == "Not active: AWS Organizations lists it as SUSPENDED."
    assert "organizations:ListAccounts" in {e.call for e in packet.evidence}
    assert {a.id for a in packet.accounts} == {A, B}, "who was left out has no page"
    assert packet.scope.completeness.shape is Shape.MET
    for kind in ("soc2-packet", "iso27001-packet"):
        text = printed(packet, kind)
        first = text.partition('class="coverfacts"')[2].partition("</section>")[0]
        assert "out of scope by configuration" in first
        assert "555555555555" in first
        table = text.partition("Accounts not read on purpose")[2].partition("</table>")[0]
        assert all(a.id in table for a in LEFT)


def test_a_refused_listing_leaves_completeness_undetermined_and_says_who_may_mend_it() -> None:
    packet = organization(refusal=small.DENIED, left_out=(), members=0, management="")
    assert packet.scope.completeness.shape is Shape.UNREAD
    assert "the organization's accounts could not be listed (AccessDenied)" in packet.scope.completeness.text
    (line,) = [u for u in packet.unread if u.call == "organizations:ListAccounts"]
    assert line.mend == (
        "Allow organizations:ListAccounts to the session that lists accounts; "
        "`srm-docs policy --org` prints its policy."
    )
    assert "the organization's own list was refused" in packet.scope.accounts_found


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
        given = pipeline.ingredients(found, kept, audit, config)
        names.append(given.packet_name)
        packet = assemble(given)
        files = evidence_files(kept) | data_files(given, [c.id for c in discover.checks()])
        files |= {f"catalog/{name}": body for name, body in catalog_files(controls())}
    assert names[0] != names[1]
    german = pipeline.ingredients(found, whole, audit, replace(config, language="de")).packet_name
    assert german not in names  # the language shapes a packet
    said = f"Account {B} of 2 in the snapshot; the other is out of this packet's scope."
    assert packet.scope.part == said
    assert packet.summary.out_of_scope.endswith(said)
    assert said.replace("'", "") in re.sub(r"&#39;|’|'", "", printed(packet, "soc2-packet"))
    kept_text = b"\n".join(body for name, body in files.items() if not name.startswith("evidence/"))
    assert b"example-production" not in kept_text
    outcome = rejudge({p: Found.of(b) for p, b in files.items()}, lambda path: files[path])
    assert outcome.state is Judged.SAME, [dataclasses.astuple(d) for d in outcome.differences[:5]]
