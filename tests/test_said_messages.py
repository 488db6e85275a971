"""All wording of ours that a packet holds can be said in German, and nothing else is taken for wording."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import messages
import pytest
import sealed_sample
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from markupsafe import escape
from register_files import register

from srm_docs import pipeline
from srm_docs.catalog.model import Confidence, Kind, Owner, Strength
from srm_docs.checks import discover
from srm_docs.checks.kit import Severity
from srm_docs.collect.answer import State
from srm_docs.collect.scope import Out
from srm_docs.config import Config
from srm_docs.declare import items
from srm_docs.declare.audit import Audit, AuditType, Category
from srm_docs.evidence.snapshot import Snapshot
from srm_docs.findings.reconcile import Agreement
from srm_docs.findings.rollup import Statement
from srm_docs.packet import model
from srm_docs.packet.assemble import assemble
from srm_docs.packet.domains import KINDS
from srm_docs.packet.model import Packet
from srm_docs.packet.requirements import STATEMENTS
from srm_docs.packet.terms import heading, term
from srm_docs.render import documents, html, languages
from srm_docs.said import CatalogText, Said, placeholders, translated
from tests import small_estate as small

PO = Path(messages.PACKAGE, "locale", "de", "model.po")

# -- the catalog ------------------------------------------------------------------------------------------------------


@cache
def catalog() -> Catalog:
    with PO.open("rb") as body:
        return read_po(body, locale="de", abort_invalid=True)


def key(found: messages.Said) -> str | tuple[str, str]:
    return (found.one, found.many) if found.many else found.one


def translations() -> dict[Any, Message]:
    return {m.id: m for m in catalog() if m.id}


def test_every_message_has_its_german_and_no_german_is_left_over() -> None:
    wanted = {key(found): found.where for found in messages.messages()}
    have = translations()
    assert len(wanted) > 400
    assert {where: name for name, where in wanted.items() if name not in have} == {}
    assert [name for name in have if name not in wanted] == []


def test_german_is_finished() -> None:
    assert not [m.id for m in translations().values() if m.fuzzy]
    assert not list(catalog().obsolete)
    assert (catalog().num_plurals, catalog().plural_expr) == (2, "(n != 1)")
    for m in translations().values():
        said = m.string if isinstance(m.string, tuple) else (m.string,)
        assert len(said) == (2 if isinstance(m.id, tuple) else 1), m.id
        assert all(text and text.strip() == text for text in said), m.id


def test_german_has_the_same_placeholders() -> None:
    for m in translations().values():
        for text in m.string if isinstance(m.string, tuple) else (m.string,):
            for wording in m.id if isinstance(m.id, tuple) else (m.id,):
                assert placeholders(text) == placeholders(wording), m.id


def test_each_message_is_given_the_values_that_it_names() -> None:
    for found in messages.messages():
        for wording in filter(None, (found.one, found.many)):
            named = {name for name, _ in placeholders(wording)}
            assert found.given - {"n"} <= named, found.where
            assert named <= found.given or found.opaque, found.where


def test_one_message_has_one_german_wherever_it_is_said() -> None:
    ours = {m.id: m.string for m in translations().values()}
    for path in sorted(PO.parent.glob("*.po")):
        with path.open("rb") as body:
            others = {m.id: m.string for m in read_po(body, locale="de") if m.id in ours}
        assert {name: said for name, said in others.items() if said != ours[name]} == {}, path.name


OPINION = ("angemessen", "wirksam", "effektiv", "konform", "bestanden", "sichergestellt", "gewährleistet")


def test_german_reads_like_nobodys_opinion_and_addresses_nobody() -> None:
    for m in translations().values():
        for text in m.string if isinstance(m.string, tuple) else (m.string,):
            words = text.casefold()
            assert not [word for word in OPINION if word in words], text
            assert " Sie bitte" not in text, text


# -- the words of closed sets -----------------------------------------------------------------------------------------

CLOSED: Sequence[type[StrEnum]] = (
    State, Severity, Strength, Confidence, Category, Out, Agreement, items.Nature, items.Operation, items.Frequency,
    items.Implementation, items.Implemented, items.Reason, items.Progress, items.Material, items.Readiness,
    items.Opinion, items.RequestStatus, items.Mishap, items.Changed,
)  # fmt: skip


def test_every_word_of_a_closed_set_can_be_said() -> None:
    said = [term(word) for words in CLOSED for word in words]
    assert said == [str(word) for words in CLOSED for word in words]
    assert all(isinstance(word, Said) for word in said)
    assert all(isinstance(term(owner), Said) for owner in Owner if owner is not Owner.AWS)  # that prints "inherited"
    assert set(KINDS) == set(Kind)
    assert set(STATEMENTS) == set(Statement)
    units = {p.unit for p in discover.parameters() if p.unit}
    assert all(isinstance(term(unit), Said) for unit in units), units
    for words in (items.Implementation, items.Implemented, items.RequestStatus):
        assert all(isinstance(heading(word), Said) for word in words)


def test_other_words_stay_as_they_are() -> None:
    assert (term("an own word"), heading("own word")) == ("an own word", "Own word")
    assert not isinstance(heading("own word"), Said)


# -- the model --------------------------------------------------------------------------------------------------------

WORDING = """
AccountLine.entered AccountOutLine.why AccountPage.entered ChangeLine.about ChangeLine.before ChangeLine.now
ComponentLine.group ComponentLine.parts ControlStatement.answer CoverageLine.state DeclaredLine.state
DescriptionLine.answer DescriptionLine.asks DescriptionLine.title DescriptionLine.missing DomainLine.inspected
EvidenceLine.covers EvidenceLine.kind EvidenceLine.paginated EvidenceLine.skew EvidenceLine.state FindingLine.count
FindingLine.declared FindingLine.due FindingLine.severity FindingLine.title LetterLine.refused LetterLine.title
LetterLine.warned RecordLine.title SystemPartLine.asks SystemPartLine.state IncidentLine.state
IncidentLine.commitments IncidentLine.date SystemChangeLine.date IncidentLine.kind SystemChangeLine.kind
LinkLine.confidence LinkLine.strength MatrixRow.detail MatrixRow.own_frequency MatrixRow.population
MatrixRow.procedure MatrixRow.result MatrixRow.strength Meta.as_read_sentence Meta.audit_type Meta.mapping_approval
Meta.period Meta.statement Meta.type_2_sentence NetworkLine.exposure NetworkLink.kind NetworkLink.leads_to
OwnControlLine.draft OwnControlLine.frequency OwnControlLine.nature OwnControlLine.operation OwnControlLine.result
Packet.declared_words Packet.evidence_review ParameterLine.unit PopulationLine.completeness ReportLine.answer
ReportLine.cuecs ReportLine.gap ReportLine.opinion ReportLine.period ReportLine.review ReportLine.reviewer
ReportLine.services ReportLine.uncovered RequestLine.due RequestLine.state RequirementLine.applicable
RequirementLine.because RequirementLine.implemented RequirementLine.own_frequency RequirementLine.responsibility
RequirementLine.statement RequirementLine.tests_line ResourceLine.declared ResourceLine.status
ResponsibilityLine.answer ResponsibilityLine.implemented ResponsibilityLine.kind ResponsibilityLine.own_frequency
ResponsibilityLine.part ResponsibilityLine.review Scope.accounts_found Scope.categories Scope.categories_out
Scope.completeness Scope.offices Scope.part Scope.skew SecondCountLine.answer SecondCountLine.why Since.comparable
Since.tests StatementLine.statement StatementLine.when Summary.coverage_totals Summary.lead Summary.out_of_scope
Summary.refused Summary.responsibility_split Summary.statements_iso Summary.statements_soc2 TestLine.answer
TestLine.gaps TestLine.notes TestLine.population TestLine.procedure TestLine.severity TestLine.source UnreadLine.mend
UnreadLine.state FindingLine.also_unread Meta.as_read
"""
"""Ours: every text there can be said in another language."""
EITHER = {
    "what people gave, or that nobody did": """
        ControlStatement.monitored_by DeclaredLine.approved DeclaredLine.compensating DeclaredLine.due
        DeclaredLine.owner DeclaredLine.reason DeclaredLine.requested_by DeclaredLine.response DeclaredLine.text
        EvidenceLine.accuracy EvidenceLine.completeness EvidenceLine.reviewed EvidenceLine.reviewed_on
        EvidenceLine.started EvidenceLine.ended FindingLine.given_cause FindingLine.owner FindingLine.response
        MatrixRow.own_control MatrixRow.own_description MatrixRow.own_owner Meta.organization Meta.prepared_by
        Meta.system Meta.version OwnControlLine.description OwnControlLine.owner OwnControlLine.reviewed
        OwnCuecLine.reviewed RecordLine.words IncidentLine.description IncidentLine.response IncidentLine.reviewed
        SystemChangeLine.description SystemChangeLine.reviewed ReportLine.approver ReportLine.auditor
        ReportLine.bridged ReportLine.exceptions RequestLine.owner RequirementLine.inclusion
        RequirementLine.own_control RequirementLine.own_description RequirementLine.own_owner
        ResponsibilityLine.own_control ResponsibilityLine.own_description ResponsibilityLine.own_owner
        ResponsibilityLine.statement
    """,
    "a name, or words where there is none": """
        CoverageLine.region EvidenceLine.call EvidenceLine.region Meta.chain_head NetworkAccount.unread
        NetworkLine.open_ports RedactionLine.region ResourceLine.name ResourceLine.region SecondCountLine.region
        UnreadLine.call UnreadLine.region
    """,
    "the code and message of a refusal, or our own reason": """
        CoverageLine.why EvidenceLine.error UnreadLine.message
    """,
    "texts of the catalog, or wording of ours with them": """
        DomainLine.lead GapLine.bring GapLine.subject GapLine.what GapLine.where MatrixRow.responsibility_text
        Packet.sources RequirementLine.decided Summary.read_first Summary.read_first_iso
    """,
    "a draft of data and wording, part by part": """
        DescriptionLine.said DescriptionLine.see LetterLine.parts
    """,
    "notes of checks, with how many more there are": "FindingLine.cause ResourceLine.note",
    "the time that an earlier packet names": "Since.as_read",
    "titles of files, or the call that a file is of": "FileLine.title",
}
DATA = {
    "ids, names, numbers and keys": """
        AccountLine.caller_arn AccountLine.id AccountLine.left_out AccountLine.name AccountLine.regions
        AccountOutLine.id AccountOutLine.name AccountPage.deviating AccountPage.id AccountPage.left_out
        AccountPage.name AccountPage.regions ChangeLine.id ComponentLine.evidence ComponentLine.service
        ControlStatement.evidence ControlStatement.id ControlStatement.soc2 ControlStatement.soc2_supporting
        CoverageLine.account CoverageLine.call CoverageLine.evidence DeclaredLine.about DeclaredLine.evidence
        DeclaredLine.id DescriptionLine.id DomainLine.id EvidenceLine.account EvidenceLine.asked_in
        EvidenceLine.caller_arn EvidenceLine.file EvidenceLine.id EvidenceLine.params EvidenceLine.partition
        EvidenceLine.request_ids EvidenceLine.requirements EvidenceLine.responsibilities EvidenceLine.tool
        FileLine.path FindingLine.domain FindingLine.evidence FindingLine.id FindingLine.iso FindingLine.number
        FindingLine.primary FindingLine.responsibilities FindingLine.soc2 GapLine.framework IncidentLine.id
        IncidentLine.about SystemChangeLine.id SystemChangeLine.about RecordLine.id SystemPartLine.id
        SystemPartLine.criterion LetterLine.id LinkLine.framework LinkLine.requirement LinkLine.responsibility
        LinkLine.side MatrixRow.evidence MatrixRow.framework MatrixRow.requirement MatrixRow.responsibility
        Meta.packet Meta.snapshot Meta.tool NetworkAccount.account NetworkAccount.name NetworkLine.account
        NetworkLine.blocks NetworkLine.evidence NetworkLine.gateways NetworkLine.id NetworkLine.name
        NetworkLine.outlets NetworkLine.region NetworkLink.ends NetworkLink.id NetworkLink.region
        OwnControlLine.evidence OwnControlLine.id OwnControlLine.iso OwnControlLine.responsibilities
        OwnControlLine.soc2 OwnControlLine.tests OwnCuecLine.controls OwnCuecLine.id OwnCuecLine.soc2
        ParameterLine.default ParameterLine.id ParameterLine.loosest ParameterLine.tests ParameterLine.value
        PopulationLine.call PopulationLine.evidence PopulationLine.id PopulationLine.tests RedactionLine.account
        RedactionLine.call RedactionLine.evidence RedactionLine.path ReportLine.evidence ReportLine.id
        RequestLine.evidence RequestLine.id RequestLine.iso RequestLine.missing RequestLine.soc2
        RequirementLine.evidence RequirementLine.framework RequirementLine.group RequirementLine.id
        RequirementLine.kind RequirementLine.primary RequirementLine.supporting ResourceLine.account
        ResourceLine.evidence ResponsibilityLine.domain ResponsibilityLine.evidence ResponsibilityLine.id
        ResponsibilityLine.iso_primary ResponsibilityLine.iso_supporting ResponsibilityLine.part_evidence
        ResponsibilityLine.side ResponsibilityLine.soc2_primary ResponsibilityLine.soc2_supporting
        ResponsibilityLine.tests Scope.frameworks Scope.left_out Scope.regions SecondCountLine.account
        SecondCountLine.evidence SecondCountLine.listed_call SecondCountLine.stated_call SecondCountTotal.stated_call
        Since.packet TestLine.calls TestLine.domain TestLine.evidence TestLine.id TestLine.iso TestLine.primary
        TestLine.responsibilities TestLine.soc2 UnreadLine.account UnreadLine.affects UnreadLine.code
        UnreadLine.depends_on UnreadLine.evidence
    """,
    "digests, times for machines, and what the record of redactions says": """
        EvidenceLine.aws_date EvidenceLine.sha256 FileLine.sha256 Meta.catalog_digest Meta.snapshot_digest
        Packet.contents_digest Packet.data RedactionLine.kind RedactionLine.why Since.manifest
    """,
    "AWS's own words": """
        NetworkLink.state ReportLine.listed_as ReportLine.series ReportLine.version
    """,
    "texts of the catalog": """
        ControlStatement.domain ControlStatement.relied_on ControlStatement.statement ControlStatement.text
        DomainLine.title FindingLine.domain_title LinkLine.because LinkLine.requirement_title
        LinkLine.responsibility_text MatrixRow.requirement_title ReportLine.title RequirementLine.bring
        RequirementLine.category RequirementLine.group_title RequirementLine.owner_because RequirementLine.summary
        RequirementLine.title ResponsibilityLine.caveat ResponsibilityLine.expectation ResponsibilityLine.otherwise
        ResponsibilityLine.relied_on ResponsibilityLine.text
    """,
    "texts of checks and nouns of calls": """
        ChangeLine.title EvidenceLine.title FindingLine.effect FindingLine.remedy NetworkLine.unread
        ParameterLine.title PopulationLine.what SecondCountLine.subject SecondCountTotal.subject TestLine.reason
        TestLine.remedy TestLine.title
    """,
    "management's words, and how the documents are to look": """
        Meta.accent Meta.classification Meta.legal_name Meta.paper Meta.second OwnControlLine.title
        OwnCuecLine.statement IncidentLine.title SystemChangeLine.title RequestLine.note RequestLine.text
        RequirementLine.exclusion
    """,
}
"""Texts that are printed as they are, and why."""


def sides() -> Mapping[str, str]:
    """Each field of the model with what it holds: `wording`, `either` or `data`."""
    groups = {"wording": [WORDING], "either": EITHER.values(), "data": DATA.values()}
    listed = [(name, side) for side, texts in groups.items() for text in texts for name in text.split()]
    twice = [name for name, number in Counter(name for name, _ in listed).items() if number > 1]
    assert not twice, f"on two sides: {twice}"
    return dict(listed)


def test_every_field_of_the_model_is_on_one_side() -> None:
    """A new field fails here until somebody says whether it is wording or data."""
    fields = {
        f"{name}.{field.name}"
        for name, made in vars(model).items()
        if dataclasses.is_dataclass(made) and made is not model.Answer
        for field in dataclasses.fields(made)
        if any(word in str(field.type) for word in ("str", "Answer", "Any"))
    }
    assert fields == set(sides())


def texts(value: Any, field: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a model with the field that it stands in; the words of an answer stand where the answer does."""
    if isinstance(value, model.Shape):
        return
    if isinstance(value, str):
        yield field, value
    elif isinstance(value, model.Answer):
        yield field, value.text
    elif dataclasses.is_dataclass(value):
        for one in dataclasses.fields(value):
            yield from texts(getattr(value, one.name), f"{type(value).__name__}.{one.name}")
    elif isinstance(value, tuple):
        for one in value:
            yield from texts(one, field)


def faults(packet: Packet) -> list[tuple[str, str]]:
    """Wording that nobody can translate, and data that was taken for wording."""
    side = sides()
    found = {
        (field, text)
        for field, text in texts(packet)
        if text
        and field
        and (
            (side[field] == "wording" and not isinstance(text, Said))
            or (side[field] == "data" and isinstance(text, Said))
            or (not isinstance(text, Said) and "NOT PROVIDED" in text)
        )
    }
    return sorted(found)


D = dt.date
TYPE_2 = Audit(
    organization="Example Ltd", system="Billing", type=AuditType.TYPE_2, period_start=D(2025, 11, 1),
    period_end=D(2026, 10, 31), categories=(Category.SECURITY, Category.AVAILABILITY),
)  # fmt: skip
MIXED = {
    **small.everywhere(small.VOLUMES, small.volumes(True, False, None, Root=False)),
    (small.VOLUMES.id, small.FIRST, "us-east-1"): small.refused(code="ThrottlingException"),
    (small.BUCKETS.id, small.FIRST, small.GLOBAL): small.refused(),
}
ESTATES = {
    "nothing, undeclared": (small.Estate(), Audit()),
    "all met": (small.Estate(answers=small.everywhere(small.VOLUMES, small.volumes(True))), TYPE_2),
    "mixed, read too early": (small.Estate(answers=MIXED), replace(TYPE_2, period_start=D(2027, 1, 1),
                                                                  period_end=D(2027, 12, 31))),
    "an account closed": (small.Estate(accounts=(small.account(), small.account(small.SECOND, entered=False))),
                          replace(TYPE_2, type=AuditType.TYPE_1, period_start=None)),
    "regions not listed": (small.Estate(accounts=(small.account(left_out=("eu-west-2",), listed=False),)), TYPE_2),
    "reports listed": (
        small.Estate(answers=small.everywhere(small.REPORTS, small.listing(
            small.report("SOC 2 Type 2 Report", D(2025, 10, 1), D(2026, 3, 31)),
            small.report("ISO 27001 Certificate", D(2025, 10, 1), D(2027, 3, 31), "ISO"),
        ))), TYPE_2),
    "reports refused": (small.Estate(answers=small.everywhere(small.REPORTS, small.refused(code="ExpiredToken"))),
                        TYPE_2),
    "some do not apply": (
        small.Estate(answers=small.everywhere(small.VOLUMES, small.volumes(False, Root=True))), TYPE_2),
}  # fmt: skip


@pytest.mark.parametrize("name", ESTATES)
def test_all_wording_of_a_packet_can_be_said(name: str) -> None:
    estate, audit = ESTATES[name]
    packet = small.packed(estate, audit)
    assert faults(packet) == []


def test_all_wording_beside_a_register_can_be_said() -> None:
    assert faults(assemble(sealed_sample.ingredients(register()))) == []


def test_all_wording_of_the_demo_can_be_said(demo_snapshot: Snapshot) -> None:
    config = Config()
    found = pipeline.catalog(config)
    audit = pipeline.demo_audit(config, demo_snapshot.header)
    packet = assemble(pipeline.ingredients(found, demo_snapshot, audit, config))
    assert packet.networks
    assert faults(packet) == []


@pytest.mark.parametrize("kind", documents.KINDS)
def test_what_has_german_prints_in_german(kind: str) -> None:
    packet, german = assemble(sealed_sample.ingredients(register())), languages.read("de")
    names = documents.context(packet, kind, language=german)
    page = html.render(documents.KINDS[kind].template, language=german, **names).text
    printed = " ".join(re.sub("<[^>]*>", " ", page).split())
    ours = [text for _, text in texts(packet) if isinstance(text, Said) and not isinstance(text, CatalogText)]
    data = "\n".join(text for _, text in texts(packet) if not isinstance(text, Said))
    shown = {text: translated(text, german) for text in ours}
    assert any(translation in printed for text, translation in shown.items() if translation != text)
    left = {
        str(text)
        for text, translation in shown.items()
        if translation != text and len(text) > _CHANCE and text not in data and escape(text) in printed
    }
    assert left - GLOSSARY == set()


_CHANCE = 14
"""A text of fewer characters may stand there for another reason."""
GLOSSARY = {"Statement of Applicability", "AWS report review"}
"""Terms that the glossary gives in English too."""


def test_a_sentence_that_lost_its_wording_is_found() -> None:
    estate, audit = ESTATES["all met"]
    packet = small.packed(estate, audit)
    broken = replace(packet, summary=replace(packet.summary, lead=str(packet.summary.lead)))
    assert [field for field, _ in faults(broken)] == ["Summary.lead"]
