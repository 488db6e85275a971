"""controls/aws-reports.yaml and sources.yaml in, AwsReports and Sources out; faults go to the table."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from srm_docs.catalog.fields import Table
from srm_docs.catalog.model import AwsReport, Confidence, Match, Source, Sources, Strength

W = TypeVar("W", bound=StrEnum)


class ReportKind(StrEnum):
    """What AWS issues."""

    ATTESTATION = "attestation"
    CERTIFICATE = "certificate"
    LETTER = "letter"


class SourceKind(StrEnum):
    """How a source supports a link."""

    DIRECT = "direct"
    CORROBORATION = "corroboration"


def read_reports(table: Table) -> tuple[AwsReport, ...]:
    """Read the list of AWS reports."""
    reports = tuple(_report(item) for item in table.tables("reports"))
    table.close()
    return reports


def _report(table: Table) -> AwsReport:
    match = table.table("match")
    if match is None:
        table.fault('"match" is missing')
    report = AwsReport(
        id=table.text("id"),
        kind=table.word("kind", ReportKind) or ReportKind.ATTESTATION,
        title=table.text("title"),
        where=table.text("where"),
        note=table.text("note"),
        match=_match(match) if match else Match(title_any=()),
    )
    table.close()
    return report


def _match(table: Table) -> Match:
    match = Match(
        title_any=table.texts("title_any"),
        title_none=table.texts("title_none"),
        company=table.texts("company"),
        category=table.optional("category"),
        series=table.optional("series"),
    )
    if not match.title_any:
        table.fault('"title_any" must name at least one phrase', "title_any")
    table.close()
    return match


def read_sources(table: Table) -> Sources:
    """Read how the links were made."""
    sources = Sources(
        reading=table.text("reading"),
        method=table.text("method"),
        limit=table.text("limit"),
        strength=_meanings(table, "strength", Strength),
        confidence=_meanings(table, "confidence", Confidence),
        sources=tuple(_source(item) for item in table.tables("sources")),
        judgement_only=_judgement(table),
    )
    table.close()
    return sources


def _source(table: Table) -> Source:
    source = Source(
        id=table.text("id"),
        kind=table.word("kind", SourceKind) or SourceKind.DIRECT,
        repo=table.text("repo"),
        path=table.text("path"),
        commit=table.text("commit"),
        licence=table.text("licence"),
        note=table.text("note"),
    )
    table.close()
    return source


def _meanings(table: Table, key: str, words: type[W]) -> dict[W, str]:
    below = table.table(key)
    if below is None:
        table.fault(f'"{key}" is missing')
        return {}
    meanings = {word: below.text(word) for word in words}
    below.close()
    return meanings


def _judgement(table: Table) -> tuple[tuple[str, str], ...]:
    below = table.table("judgement_only")
    return tuple((key, item) for key in below.data for item in below.texts(key)) if below else ()
