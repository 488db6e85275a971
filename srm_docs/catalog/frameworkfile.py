"""One file of controls/frameworks in, a Framework out; faults go to the table."""

from __future__ import annotations

from typing import Any, Final

from srm_docs.catalog.fields import Table
from srm_docs.catalog.model import (
    EvidenceMode,
    Framework,
    Offices,
    Owner,
    Requirement,
    RequirementKind,
    blames_aws,
)

_DOCUMENTS: Final = (EvidenceMode.HYBRID, EvidenceMode.MANUAL)


def read_framework(table: Table, *, id_: str) -> Framework:
    """Read a framework; `id_` comes from the file's name, which must agree with the id inside."""
    if (given := table.text("id")) and given != id_:
        table.fault(f'the id "{given}" and the file name "{id_}" must agree', "id")
    framework = Framework(
        id=id_,
        title=table.text("title"),
        edition=table.text("edition"),
        note=table.text("note"),
        requirements=tuple(item for group in table.tables("groups") for item in _group(group, id_)),
    )
    table.close()
    return framework


def _group(table: Table, framework: str) -> list[Requirement]:
    """Read a series, theme or chapter; its owner, because and evidence stand for rows that give none."""
    kind = table.word("kind", RequirementKind) or RequirementKind.CRITERION
    shared = {key: table.optional(key) for key in ("owner", "because", "evidence")}
    given: dict[str, Any] = {
        "framework": framework,
        "kind": kind,
        "group": table.text("id"),
        "group_title": table.text("title"),
        "category": table.text("category"),
    }
    rows = []
    for row in table.tables("requirements"):
        for key, value in shared.items():
            if value is not None:
                row.data.setdefault(key, value)
        rows.append(_requirement(row, given))
    table.close()
    return rows


def _requirement(table: Table, given: dict[str, Any]) -> Requirement:
    owner, mode = table.word("owner", Owner), table.word("evidence", EvidenceMode)
    offices = table.table("offices")
    read = Requirement(
        **given,
        id=table.text("id"),
        title=table.text("title"),
        summary=table.text("summary"),
        owner=owner or Owner.CUSTOMER,
        owner_because=table.text("because"),
        evidence_mode=mode or EvidenceMode.MANUAL,
        inherit_from=table.texts("inherit_from"),
        manual_evidence=table.texts("manual_evidence"),
        third_party=table.optional("third_party"),
        offices=_offices(offices) if offices else None,
        exclude=table.optional("exclude"),
    )
    table.close()
    if owner and mode:
        _agree(table, read)
    return read


def _offices(table: Table) -> Offices:
    offices = Offices(because=table.text("because"), manual_evidence=table.texts("manual_evidence"))
    table.close()
    return offices


def _agree(table: Table, read: Requirement) -> None:
    """Refuse what contradicts itself: who owns it, where the evidence comes from, why it is left out."""
    if read.owner is Owner.CUSTOMER and read.inherit_from:
        table.fault(f'"{read.id}" is the customer\'s, so nothing is inherited', "inherit_from")
    if read.owner is not Owner.CUSTOMER and not read.inherit_from:
        table.fault(f'"{read.id}" is {read.owner}: "inherit_from" must name the AWS report', "owner")
    if (read.owner is Owner.AWS) != (read.evidence_mode is EvidenceMode.INHERITED):
        table.fault(f'owner "{read.owner}" and evidence "{read.evidence_mode}" contradict each other', "evidence")
    if read.evidence_mode in _DOCUMENTS and not read.manual_evidence:
        table.fault(f'"{read.id}" is {read.evidence_mode}: "manual_evidence" must name the documents', "evidence")
    if read.evidence_mode not in _DOCUMENTS and read.manual_evidence:
        table.fault(f'"{read.id}" is {read.evidence_mode} but names documents', "manual_evidence")
    if read.offices and read.owner is not Owner.AWS:
        table.fault("offices change only what AWS owns without them", "offices")
    if read.exclude and read.kind is not RequirementKind.CONTROL:
        table.fault(f"a {read.kind} cannot be excluded", "exclude")
    elif read.exclude and read.owner is Owner.AWS:
        table.fault(
            f'"{read.id}" is excluded, but what AWS runs (its owner here) is applicable and inherited', "exclude"
        )
    elif read.exclude and blames_aws(read.exclude):
        table.fault(
            f'"{read.id}" is excluded because of AWS or another provider, but what a provider runs is applicable and '
            "inherited",
            "exclude",
        )
