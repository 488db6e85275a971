"""System description, letters, populations, reviews and what changed: drafted from data, or visibly not provided."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
from dataclasses import replace
from pathlib import Path

import content_sample
import openpyxl
import packet_sample
import pytest
import verapdf

from srm_docs.checks import discover
from srm_docs.checks.observation import Status
from srm_docs.config import Config
from srm_docs.declare.audit import Audit, AuditType, Category
from srm_docs.errors import UsageError, VerificationFailed
from srm_docs.findings.rollup import Statement
from srm_docs.packet import components
from srm_docs.packet.assemble import assemble
from srm_docs.packet.letters import Bridge, Dated, Record, assertion, bridge_letter
from srm_docs.packet.model import NOT_PROVIDED, Packet, Shape
from srm_docs.packet.since import Earlier
from srm_docs.pipeline.earlier import read_earlier
from srm_docs.render import documents, html, workbook
from srm_docs.seal.packet_folder import seal
from srm_docs.verify.rejudge import _since
from tests import small_estate as small
from tests.whole import contents, data_files

TYPE_2 = Audit(
    organization="Example Ltd",
    system="Billing",
    type=AuditType.TYPE_2,
    period_start=dt.date(2025, 11, 1),
    period_end=dt.date(2026, 10, 31),
    categories=(Category.SECURITY, Category.AVAILABILITY),
)


def printed(packet: Packet, kind: str = "soc2-packet") -> str:
    return html.render(documents.KINDS[kind].template, **documents.context(packet, kind)).text


def section(text: str, anchor: str) -> str:
    return text.partition(f'id="{anchor}"')[2].partition("</section>")[0]


# -- the system description -------------------------------------------------------------------------------------------


def test_every_description_criterion_is_drafted_or_visibly_missing() -> None:
    packet = small.packed(small.Estate(answers=small.everywhere(small.VOLUMES, small.volumes(True))), TYPE_2)
    assert [line.id for line in packet.description] == [f"DC {n}" for n in range(1, 10)]
    for line in packet.description:
        assert line.missing, f"{line.id} asks nothing of management"
        assert line.answer.shape in {Shape.PARTLY, Shape.MISSING}
        assert line.said or line.answer.text == NOT_PROVIDED
    gaps = {gap.subject for gap in packet.gaps}
    assert {f"System description, {line.id} {line.title}" for line in packet.description} <= gaps
    text = section(printed(packet), "description")
    assert text.count("To bring") == 9
    for anchor in ("subservice", "cuecs", "report-review", "criteria", "matrix", "since"):
        assert f'class="on" href="#{anchor}"' in text, "a reference is link and page number both"


def test_changes_are_asked_for_in_type_2_only_and_incidents_are_never_said_to_be_none() -> None:
    for audit in (TYPE_2, replace(TYPE_2, type=AuditType.TYPE_1)):
        lines = {line.id: line for line in small.packed(small.Estate(), audit).description}
        assert (lines["DC 9"].answer.shape is Shape.NOT_APPLICABLE) == (audit.type is AuditType.TYPE_1)
        assert lines["DC 4"].answer.text == lines["DC 6"].answer.text == NOT_PROVIDED
        assert not lines["DC 4"].said


def test_nothing_read_is_nothing_drafted_of_the_parts() -> None:
    packet = small.packed(small.Estate(accounts=(small.account(entered=False),)), TYPE_2)
    line = next(line for line in packet.description if line.id == "DC 3")
    assert line.answer.text == NOT_PROVIDED
    assert not any(c.count for c in packet.components)


def test_a_component_that_could_not_be_listed_is_not_absent() -> None:
    answers = {("s3:ListBuckets", small.FIRST, "global"): small.refused()}
    answers |= {k: small.refused() for k in small.everywhere(small.BUCKETS, small.refused())}
    packet = small.packed(small.Estate(answers=answers), TYPE_2)
    line = next(c for c in packet.components if c.service == "Amazon S3")
    assert (line.count, line.unread) == (0, 1)
    text = section(printed(packet), "description")
    assert "Nothing that was read" in text
    assert "Asked, and none found: Amazon S3" not in text


def test_the_inventory_names_calls_that_exist_and_every_client_has_a_place() -> None:
    calls = {call.id: call for call in discover.calls()}
    named = {name for _, _, names in components.KINDS for name in names}
    assert named <= calls.keys()
    assert all(calls[name].per is None for name in named), "a dependent call would count parts of parts"
    clients = {call.service for call in calls.values() if call.per is None and call.rows}
    assert clients <= {calls[name].service for name in named} | components.NOT_COMPONENTS | {"logs"}
    assert components._NOUNS.keys() <= named


# -- letters --------------------------------------------------------------------------------------------------------


WHOLE = Record(start=dt.date(2026, 11, 1), end=dt.date(2026, 12, 31))


def having(*entries: Dated) -> Record:
    return replace(WHOLE, entries=entries)


def bridge(**given: object) -> Bridge:
    made = Bridge(report_end=dt.date(2026, 10, 31), to=dt.date(2026, 12, 31), changes=WHOLE, incidents=WHOLE)
    return replace(made, **given)  # type: ignore[arg-type]


def said(line: object) -> dict[str, str]:
    return {heading: answer.text for heading, answer in line.parts}  # type: ignore[attr-defined]


CHANGE = Dated(date=dt.date(2026, 11, 5), title="New region")


@pytest.mark.parametrize("record", ["changes", "incidents"])
def test_no_material_changes_is_refused_where_the_record_has_one_in_the_bridge_period(record: str) -> None:
    line = bridge_letter(TYPE_2, bridge(no_changes=True, **{record: having(CHANGE)}))
    assert len(line.refused) == 1
    assert "New region (5 November 2026)" in line.refused[0]
    assert "No material changes" not in said(line)["Material changes"]
    outside = Dated(date=dt.date(2026, 10, 31), title="On the last day of the report")
    line = bridge_letter(TYPE_2, bridge(no_changes=True, **{record: having(outside)}))
    assert (line.refused, line.warned) == ((), ())
    assert said(line)["Material changes"].startswith("No material changes")
    lasting = replace(outside, last=dt.date(2026, 11, 1))
    assert bridge_letter(TYPE_2, bridge(no_changes=True, **{record: having(lasting)})).refused, "it was not over"


def test_no_material_changes_rests_on_the_record_of_incidents_too() -> None:
    (warned,) = bridge_letter(TYPE_2, bridge(no_changes=True, incidents=None)).warned
    assert warned == "No record of incidents was given, so that the statement on changes was not held against them."
    (warned,) = bridge_letter(TYPE_2, bridge(no_changes=True, incidents=Record())).warned
    assert warned.startswith("The record of incidents is said to be whole for no days")
    (warned,) = bridge_letter(TYPE_2, bridge(no_changes=True, no_incidents=True, incidents=None)).warned
    assert "held against nothing" in warned, "said once"


def test_a_record_without_known_days_contradicts_and_no_record_is_warned_of() -> None:
    assert bridge_letter(TYPE_2, Bridge(no_changes=True, changes=having(CHANGE))).refused
    assert any("held against nothing" in w for w in bridge_letter(TYPE_2, Bridge(no_changes=True)).warned)


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (Record(), "whole for no days"),
        (replace(WHOLE, end=dt.date(2026, 12, 30)), "whole only from 1 November 2026 to 30 December 2026"),
        (replace(WHOLE, start=dt.date(2026, 11, 2)), "whole only from 2 November 2026 to 31 December 2026"),
    ],
)
def test_a_record_that_is_not_whole_for_all_days_of_the_letter_is_warned_of(record: Record, words: str) -> None:
    (warned,) = bridge_letter(TYPE_2, bridge(no_incidents=True, incidents=record)).warned
    assert words in warned
    assert bridge_letter(TYPE_2, bridge(incidents=record)).warned == (), "nothing is stated"


@pytest.mark.parametrize(("days", "warned"), [(90, False), (91, True)])
def test_more_than_ninety_days_are_warned_of(days: int, warned: bool) -> None:
    line = bridge_letter(TYPE_2, bridge(to=dt.date(2026, 10, 31) + dt.timedelta(days=days)))
    assert any("seldom accepted" in w for w in line.warned) == warned
    assert bridge_letter(TYPE_2, bridge(to=dt.date(2026, 10, 1))).refused, "it ends before it begins"


def test_nobody_signs_and_what_nobody_gave_is_blank() -> None:
    for line in (assertion(TYPE_2), bridge_letter(TYPE_2, Bridge()), bridge_letter(TYPE_2, bridge(signer="A. Person"))):
        assert said(line)["Signature"] == said(line)["Date of signature"] == NOT_PROVIDED
    assert said(bridge_letter(TYPE_2, Bridge()))["Material changes"] == NOT_PROVIDED
    assert "The operation" not in said(assertion(replace(TYPE_2, type=AuditType.TYPE_1)))
    text = printed(content_sample.filled(packet_sample.packet()), "bridge-letter")
    assert "not signed" in text
    assert text.count('class="missing"') == 2


# -- populations and reviews ------------------------------------------------------------------------------------------


def test_a_population_that_was_not_read_in_full_says_so() -> None:
    answers = {**small.everywhere(small.VOLUMES, small.volumes(True, False))}
    answers["ec2:DescribeVolumes", small.FIRST, "us-east-1"] = small.refused()
    lines = {p.call: p for p in small.packed(small.Estate(answers=answers), TYPE_2).populations}
    line = lines["ec2:DescribeVolumes"]
    assert (line.size, line.places, line.unread) == (2, 2, 1)
    assert line.completeness.text == "Not read in full at 1 of 2 places"
    assert line.completeness.shape is Shape.UNREAD
    assert lines["guardduty:ListDetectors"].completeness.shape is Shape.MET
    assert {t for p in lines.values() for t in p.tests} == {c.id for c in small.CHECKS}


@pytest.mark.parametrize(("end", "words"), [(1, "Ends 30 days before ours"), (31, "Reaches the end of ours")])
def test_a_report_says_how_its_end_lies_to_ours(end: int, words: str) -> None:
    row = small.report("Service Organization Controls (SOC) 2 Report - Current", dt.date(2025, 10, 1),
                       dt.date(2026, 10, end))  # fmt: skip
    listing = small.everywhere(small.REPORTS, small.listing(row))
    packet = small.packed(small.Estate(answers=listing), TYPE_2)
    assert words in {r.gap for r in packet.reports}
    text = section(printed(packet), "report-review")
    assert words in text
    relied = [r for r in packet.reports if r.review == NOT_PROVIDED]
    # nobody reviewed a certificate, and there is no gap to bridge where all of our days are covered
    said = sum(r.cuecs != NOT_PROVIDED for r in relied) + sum(r.bridged == "No gap" for r in relied)
    assert said == words.startswith("Reaches")
    assert text.count('class="missing"') == 7 * len(relied) - said, "seven columns of management's a report"


@pytest.mark.parametrize(
    ("title", "series"),
    [("Service Organization Controls (SOC) 2 Report - Current", "SOC"), ("ISO 27001:2022 Certification", "ISO")],
)
@pytest.mark.parametrize(("begin", "bridged"), [(dt.date(2025, 11, 1), "No gap"), (dt.date(2025, 11, 2), NOT_PROVIDED)])
def test_a_report_that_begins_late_leaves_a_gap_whatever_its_end(
    title: str, series: str, begin: dt.date, bridged: str
) -> None:
    row = small.report(title, begin, dt.date(2026, 10, 31), series)
    packet = small.packed(small.Estate(answers=small.everywhere(small.REPORTS, small.listing(row))), TYPE_2)
    (line,) = [r for r in packet.reports if r.listed_as]
    assert (line.gap, line.bridged) == ("Reaches the end of ours", bridged)


# -- what changed -----------------------------------------------------------------------------------------------------


def earlier(packet: str = "2026-10-23T200805Z-3f9a7c-00000000") -> Earlier:
    findings = {
        "as_read_on": "23 October 2026",
        "checks": [
            {"id": "volumes_are_encrypted", "status": str(Status.UNMET), "title": "x"},
            {"id": "a_detector_watches", "status": str(Status.MET), "title": "x"},
            {"id": "gone", "status": str(Status.MET), "title": "An older rule"},
        ],
        "requirements": [{"framework": "soc2", "id": "CC6.1", "statement": str(Statement.NO_DEVIATION)}],
    }
    return Earlier.of(findings, packet=packet, manifest="a" * 64, check_set="0" * 64)


def test_what_differs_is_told_with_what_got_worse_first() -> None:
    answers = small.everywhere(small.VOLUMES, small.volumes(True))
    given = small.ingredients(small.collected(small.Estate(answers=answers)), TYPE_2)
    packet = assemble(replace(given, earlier=earlier()))
    assert packet.since is not None
    changes = {c.id: c for c in packet.since.changes}
    assert changes["volumes_are_encrypted"].before == "Deviation"
    assert (changes["volumes_are_encrypted"].now.text, changes["volumes_are_encrypted"].worse) == ("Met", False)
    assert changes["a_detector_watches"].worse, "no detector is a deviation now"
    assert changes["gone"].now.text == "Not in this packet"
    assert changes["bucket_policies_are_closed"].before == "Not in the earlier packet"
    assert not any(c.about.startswith("ISO") for c in packet.since.changes), "it said nothing of ISO"
    worse = [c.worse for c in packet.since.changes]
    assert worse == sorted(worse, reverse=True)
    assert "differ" in packet.since.comparable, "the mapping is another one"
    text = section(printed(packet), "since")
    assert earlier().packet in re.sub("<.*?>", "", text)
    assert text.count("aaaaaaaa") == 8


def test_no_earlier_packet_is_said_and_none_is_looked_for() -> None:
    packet = small.packed(small.Estate(), TYPE_2)
    assert packet.since is None
    assert "No earlier packet was given" in section(printed(packet), "since")


def test_the_earlier_packet_is_part_of_the_inputs_and_verify_makes_them_again() -> None:
    given = replace(small.ingredients(small.collected(small.Estate()), TYPE_2), earlier=earlier())
    inputs = json.loads(data_files(given, [])["inputs.json"])
    assert inputs["since"] == {"manifest": "a" * 64, "packet": earlier().packet}
    again = replace(given, earlier=_since(inputs))
    assert data_files(again, []) == data_files(given, [])
    assert data_files(replace(given, earlier=None), []) != data_files(given, [])
    for wrong in ("text", {"packet": 1, "manifest": "a"}, {}):
        with pytest.raises(ValueError, match="does not name a packet"):
            _since({"since": wrong})


def test_a_packet_is_compared_with_only_where_its_manifest_vouches_for_it(tmp_path: Path) -> None:
    given = small.ingredients(small.collected(small.Estate()), TYPE_2)
    name = "2026-10-23T200805Z-1f3a9c-0123abcd"
    files = {**data_files(given, []), "contents.json": b'{"files": [], "schema": "srm-docs/contents/1"}\n'}
    files["contents.json"] = _contents(files)
    place = seal(files, packets=tmp_path / "packets", name=name).path
    config = Config(output=tmp_path)
    header = given.header
    found = read_earlier(config, name, TYPE_2, header)
    assert found == read_earlier(config, str(place), TYPE_2, header)
    assert found.packet == name
    assert set(found.tests) == {c.id for c in small.CHECKS}
    with pytest.raises(UsageError, match="another organization"):
        read_earlier(config, name, replace(TYPE_2, organization="Other Ltd"), header)
    with pytest.raises(UsageError, match="is not earlier"):
        read_earlier(config, name, TYPE_2, replace(header, id="2026-09-01T000000Z-1f3a9c"))
    with pytest.raises(UsageError, match="nothing at"):
        read_earlier(config, "nowhere", TYPE_2, header)
    findings = place / "findings.json"
    findings.chmod(0o644)
    findings.write_bytes(findings.read_bytes().replace(b"met", b"unmet", 1))
    with pytest.raises(VerificationFailed, match=r"findings\.json of the earlier packet"):
        read_earlier(config, name, TYPE_2, header)


def _contents(files: dict[str, bytes]) -> bytes:
    return contents({k: v for k, v in files.items() if k != "contents.json"}, {})[0]


# -- pages ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def full() -> Packet:
    packet = content_sample.filled(packet_sample.packet())
    return replace(
        packet, domains=packet.domains[:1], soc2=packet.soc2[:3], soc2_matrix=packet.soc2_matrix[:3],
        findings=packet.findings[:1], tests=packet.tests[:2], unread=packet.unread[:1], gaps=packet.gaps[:2],
        evidence=packet.evidence[:3], contents=packet.contents[:3], annex_a=packet.annex_a[:3], clauses=(),
        iso_matrix=packet.iso_matrix[:3],
        description=tuple(replace(d, see=(("networks", "Networks"),) if d.see else ()) for d in packet.description),
    )  # fmt: skip


@pytest.mark.skipif(bool(verapdf.missing()), reason=verapdf.missing() or "veraPDF is here")
@pytest.mark.parametrize(
    "kind", [pytest.param("soc2-packet", marks=pytest.mark.slow), "management-assertion", "bridge-letter"]
)
def test_the_new_pages_conform_with_hostile_strings_and_lose_nothing(full: Packet, kind: str) -> None:
    made = documents.printed(full, kind)
    assert made.warnings == ()
    for flavour in verapdf.PROFILES:
        assert verapdf.failures(made.content, flavour) == {}


def test_the_new_sheets_hold_every_row(full: Packet) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook.workbook(full)), read_only=True)
    rows = {name: list(book[name].iter_rows(min_row=5, values_only=True)) for name in ("Networks", "Changes")}
    accounts = full.networks
    due = sum(len(a.vpcs) + len(a.links) + len(a.unread) for a in accounts)
    assert len([row for row in rows["Networks"] if row[0]]) == due
    blind = [row for row in rows["Networks"] if row[5] and "Not determinable" in str(row[5])]
    assert len(blind) == 2
    assert all(row.count("Not read") == 12 for row in blind), "a figure that was not read is no empty cell"
    assert full.since is not None
    assert len([row for row in rows["Changes"] if row[0]]) == len(full.since.changes)


def test_a_refused_list_of_vpcs_is_said_where_vpcs_are_counted(full: Packet) -> None:
    blind = replace(full.networks[0], vpcs=(), links=(), with_way_in=0, undetermined=0,
                    unread=(("VPCs", "eu-west-1", "denied AccessDenied"),))  # fmt: skip
    alone = replace(full, networks=(blind,))
    text = html.render(documents.KINDS["soc2-packet"].template, **documents.context(alone, "soc2-packet")).text
    assert "0 with a way in from the internet; 1 list was not read, so there may be more." in text


def test_read_me_says_what_changed_since_the_last_packet(full: Packet) -> None:
    def read_me(packet: Packet) -> str:
        book = openpyxl.load_workbook(io.BytesIO(workbook.workbook(packet)), read_only=True)
        return "\n".join(" ".join(str(c) for c in row if c) for row in book["Read me"].iter_rows(values_only=True))

    assert full.since is not None
    said = read_me(full)
    assert full.since.packet in said
    assert "Self-tests: Met 3 then, 4 now" in said
    assert "70, 3 of them for the worse: sheet Changes" in said
    assert "Earlier packet None was given." in read_me(replace(full, since=None))
