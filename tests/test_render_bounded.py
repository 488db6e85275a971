"""A document's length is a matter of controls and checks: accounts, resources and replies beyond some change no row."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import sealed_sample

from srm_docs.collect.answer import Answer
from srm_docs.demo.registered import registered
from srm_docs.packet.assemble import assemble
from srm_docs.packet.model import AccountOutLine, FileLine, GapLine, Packet, SecondCountLine, Shape
from srm_docs.packet.model import Answer as Said
from srm_docs.render import documents, html, views
from tests import small_estate as small

KINDS = pytest.mark.parametrize("kind", list(documents.KINDS))


def ids(number: int) -> list[str]:
    return [f"{n:012d}" for n in range(100_000_000_001, 100_000_000_001 + number)]


def large(number: int) -> Packet:
    """So many accounts: in each something deviates and something is refused, and every tenth could not be entered."""
    answers: dict[tuple[str, ...], Answer] = {}
    for id_ in ids(number):
        answers |= small.everywhere(small.VOLUMES, small.volumes(False, True), id_)
        answers |= small.everywhere(small.BUCKETS, small.refused(), id_)
    scopes = tuple(small.account(id_, entered=at % 10 != 9) for at, id_ in enumerate(ids(number)))
    packet = small.packed(small.Estate(answers=answers, accounts=scopes))
    out = tuple(AccountOutLine(id=i, name="old", why="It is left out.") for i in ids(number))
    differs = Said(text="Differs", shape=Shape.PARTLY)
    return replace(
        packet,
        scope=replace(packet.scope, accounts_out=out),
        second_counts=tuple(
            SecondCountLine(
                subject="Users", account=i, region="account-wide", listed=3, listed_call="iam:ListUsers", stated=4,
                stated_call="iam:GetAccountSummary", answer=differs, why="1 fewer", evidence=(),
            )
            for i in ids(number)
        ),
        second_count_totals=(),
        gaps=packet.gaps
        + tuple(GapLine(subject=f"Users, {i}", what="Explanation", bring="It", where="There") for i in ids(number)),
        contents=tuple(FileLine(path=f"evidence/EV-{i}.json", sha256="0" * 64, size=1, title="") for i in ids(number)),
    )  # fmt: skip


@pytest.fixture(scope="module")
def many() -> Packet:
    return large(views.MOST_GAPS + 50)


@pytest.fixture(scope="module")
def more() -> Packet:
    return large(3 * (views.MOST_GAPS + 50))


def printed(packet: Packet, kind: str) -> str:
    return html.render(documents.KINDS[kind].template, **documents.context(packet, kind)).text


@KINDS
def test_three_times_the_accounts_are_as_many_rows(kind: str, many: Packet, more: Packet) -> None:
    first, second = printed(many, kind), printed(more, kind)
    assert len(more.accounts) == 3 * len(many.accounts) > views.MOST_ACCOUNTS
    assert second.count("<tr") == first.count("<tr")
    assert len(second) < len(first) * 1.02, "nor does a cell hold them"


def section(text: str, anchor: str) -> str:
    return text.partition(f'id="{anchor}"')[2].partition("</section>")[0]


@pytest.mark.parametrize("kind", ["soc2-packet", "iso27001-packet"])
def test_what_is_cut_says_how_much_and_where_it_is(kind: str, more: Packet) -> None:
    text = printed(more, kind)
    accounts, scope = section(text, "accounts"), section(text, "scope")
    assert "Listed are 100 of 600 accounts" in accounts
    total = re.sub(r"<[^>]+>", " ", accounts.partition('class="total"')[2].partition("</tr>")[0])
    assert "All 600 accounts" in total
    assert "540 entered" in total
    assert re.findall(r"[\d,]+", total)[-5:] == [
        f"{sum(getattr(a, name) for a in more.accounts):,}"
        for name in ("met", "unmet", "unknown", "not_applicable", "unread")
    ]
    assert "100 of 600 accounts: those that could not be entered" in scope
    assert "Of all, 540 were entered" in scope
    assert "workbook, sheet Accounts" in accounts
    assert "workbook, sheet Accounts" in scope
    assert "And 500 more: workbook, sheet Coverage" in scope
    assert "And 450 more" in section(text, "gaps")
    assert "workbook, sheet Gaps" in section(text, "gaps")


def test_of_many_accounts_the_worst_are_listed(more: Packet) -> None:
    closed = {a.id for a in more.accounts if a.entered.shape is not Shape.MET}
    listed = [a.id for a in views.accounts(more.accounts)]
    assert len(closed) == 60
    assert set(listed[:60]) == closed
    assert len(set(listed)) == views.MOST_ACCOUNTS
    few = more.accounts[: views.MOST_ACCOUNTS]
    assert views.accounts(few) == few, "in the order of the packet while there is room for all"


LISTS = {
    "own_controls": "Own controls", "exceptions": "Exceptions", "risk_acceptances": "Risk acceptances",
    "suppressions": "Suppressions", "own_cuecs": "Own CUECs", "incidents": "Incidents",
    "system_changes": "Material changes", "requests": "Requests",
}  # fmt: skip


def long(number: int) -> Packet:
    """A register of so many lines of everything; each has an id of its own."""
    given = sealed_sample.ingredients()
    packet = assemble(replace(given, register=registered(given.header, given.catalog)))
    every = {name: tuple(replace(getattr(packet, name)[0], id=f"X-{n}") for n in range(number)) for name in LISTS}
    return replace(packet, **every)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["soc2-packet", "iso27001-packet"])
def test_a_long_register_is_cut_and_says_where_the_rest_is(kind: str) -> None:
    number = views.MOST_CONTROLS + views.MOST_REGISTERED
    text, longer = printed(long(number), kind), printed(long(2 * number), kind)
    assert longer.count("<tr") == text.count("<tr")
    cut = section(text, "register")
    for name, sheet in LISTS.items():
        if name != "own_cuecs" or kind == "soc2-packet":
            most = views.MOST_CONTROLS if name == "own_controls" else views.MOST_REGISTERED
            assert f"And {number - most} more: workbook, sheet {sheet}." in cut
    assert "more: workbook" not in section(printed(long(views.MOST_REGISTERED), kind), "register")
