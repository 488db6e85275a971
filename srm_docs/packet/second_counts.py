"""Print which lists agree with the number that AWS itself states: comparisons in, lines, totals and gaps out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from srm_docs.findings.reconcile import Agreement, Comparison
from srm_docs.packet.model import Answer, GapLine, SecondCountLine, SecondCountTotal, Shape
from srm_docs.packet.words import joined, listed, region_words, say
from srm_docs.said import Value

_ANSWERS = {
    Agreement.AGREES: Answer(text=say("Agrees"), shape=Shape.MET),
    Agreement.DIFFERS: Answer(text=say("Differs"), shape=Shape.DEVIATION),
    Agreement.NOT_STATED: Answer(text=say("No second count"), shape=Shape.NOT_APPLICABLE),
    Agreement.NOT_DETERMINABLE: Answer(text=say("Not determinable"), shape=Shape.UNREAD),
}


def second_count_lines(compared: Sequence[Comparison]) -> tuple[SecondCountLine, ...]:
    """A line for every list and place, those that differ first, then those that nobody can tell."""
    order = (Agreement.DIFFERS, Agreement.NOT_DETERMINABLE, Agreement.AGREES, Agreement.NOT_STATED)
    return tuple(_line(one) for one in sorted(compared, key=lambda c: order.index(c.agreement)))


def second_count_totals(compared: Sequence[Comparison]) -> tuple[SecondCountTotal, ...]:
    """A line for every list, in the order of the comparisons."""
    groups: dict[str, list[Comparison]] = {}
    for one in compared:
        groups.setdefault(one.of.id, []).append(one)
    return tuple(_total(group) for group in groups.values())


def second_count_gaps(compared: Sequence[Comparison]) -> list[GapLine]:
    """What management has to explain: each list that differs from AWS's own number."""
    return [
        GapLine(
            subject=joined(", ", (one.of.subject, one.place.account, region_words(one.place.region))),
            what=say("{difference}; explanation NOT PROVIDED", difference=_difference(one)),
            bring=say("Which ones are missing or too many, or a new run: things come and go between two reads"),
            where=say("Completeness of the evidence"),
        )
        for one in compared
        if one.agreement is Agreement.DIFFERS
    ]


def second_count_words(compared: Sequence[Comparison]) -> Mapping[str, str]:
    """Evidence id of a list that is one question -> what its second count says, for the index of the evidence."""
    said: dict[str, dict[str, None]] = {}
    for one in compared:
        if len(one.evidence) != 1 or one.agreement not in (Agreement.AGREES, Agreement.DIFFERS):
            continue
        stated: dict[str, Value] = {"call": one.of.stated[0].id, "number": one.stated or 0}
        agrees = one.agreement is Agreement.AGREES
        words = (
            say("{call} states {number:,}, which agrees", **stated)
            if agrees
            else say("{call} states {number:,}, which differs", **stated)
        )
        said.setdefault(one.evidence[0], {})[words] = None
    return {evidence: joined("; ", words) for evidence, words in said.items()}


def _line(one: Comparison) -> SecondCountLine:
    return SecondCountLine(
        subject=one.of.subject,
        account=one.place.account,
        region=region_words(one.place.region),
        listed=one.listed,
        listed_call=one.of.listed.id,
        stated=one.stated,
        stated_call=one.of.stated[0].id,
        answer=_ANSWERS[one.agreement],
        why=_why(one),
        evidence=(*one.evidence, *one.stated_evidence),
    )


def _why(one: Comparison) -> str:
    if one.agreement is Agreement.DIFFERS:
        return joined("", (_difference(one), "."))
    if one.agreement is Agreement.NOT_DETERMINABLE:
        refused = [say("{code} on {call}", code=g.code, call=g.call) for g in dict.fromkeys(one.gaps)]
        if not refused:
            return say("A listed row does not say whether it counts.")
        return joined("", (listed(refused, most=2), "."))
    if one.agreement is Agreement.NOT_STATED:
        return say("AWS states no number here.")
    return ""


def _difference(one: Comparison) -> str:
    listed_, stated = one.listed or 0, one.stated or 0
    said = {"listed": listed_, "stated": stated, "difference": abs(listed_ - stated)}
    if listed_ > stated:
        return say("{listed:,} listed, {stated:,} stated by AWS: {difference:,} more", **said)
    return say("{listed:,} listed, {stated:,} stated by AWS: {difference:,} fewer", **said)


def _total(group: Sequence[Comparison]) -> SecondCountTotal:
    found = Counter(one.agreement for one in group)
    return SecondCountTotal(
        subject=group[0].of.subject,
        stated_call=group[0].of.stated[0].id,
        agree=found[Agreement.AGREES],
        differ=found[Agreement.DIFFERS],
        not_stated=found[Agreement.NOT_STATED],
        not_determinable=found[Agreement.NOT_DETERMINABLE],
    )
