"""Incidents, changes, the system description, the letters: what is registered prints, what is not is a gap."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
import sealed_sample as sample
from register_files import faults, register

from srm_docs.declare.audit import AuditType, Category
from srm_docs.declare.items import PARTS
from srm_docs.declare.notes import Matter, notes
from srm_docs.declare.register import EMPTY, Register, spoken_for
from srm_docs.demo.registered import registered
from srm_docs.packet.assemble import assemble
from srm_docs.packet.letters import bridge_letter, bridge_of
from srm_docs.packet.model import NOT_PROVIDED, DescriptionLine, LetterLine, Packet, Shape
from srm_docs.packet.recorded import CRITERIA
from srm_docs.render import documents, html

GIVEN = sample.ingredients()
AUDIT = replace(
    GIVEN.audit,
    organization="Example Ltd",
    system="Billing",
    type=AuditType.TYPE_2,
    period_start=dt.date(2026, 1, 1),
    period_end=dt.date(2026, 6, 30),
    categories=(Category.SECURITY,),
)
TODAY = dt.date(2026, 11, 23)
INCIDENT = b"""incidents:
- {id: INC-1, date: 2026-03-05, title: Late invoices, kind: incident, description: A queue was full., soc2: [CC7.4],
   commitments_missed: yes, resolved_on: 2026-03-06}
"""
CHANGE = b"changes:\n- {id: CH-1, date: 2026-07-15, title: New region, kind: infrastructure, description: x}\n"
RECORD = b"records:\n- {id: %s, period_from: %s, period_to: %s, holds: %s, reviewed_by: Ann, reviewed_on: 2026-10-02}\n"
LETTER = b"""letters:
- {id: management-assertion, exceptions: none, signer: "A. Person, CEO"}
- {id: bridge-letter, addressee: Customer GmbH, report: SOC 2 type 2, auditor: CPA LLP, report_end: 2026-06-30,
   bridge_to: 2026-09-30, next_report: 2027-01-31, no_changes: yes, no_incidents: yes, signer: "A. Person, CEO"}
"""


def record(kind: str, first: str, last: str, holds: str) -> bytes:
    return RECORD % (kind.encode(), first.encode(), last.encode(), holds.encode())


def packed(said: Register, **audit: object) -> Packet:
    return assemble(replace(GIVEN, audit=replace(AUDIT, **audit), register=said))  # type: ignore[arg-type]


def described(said: Register, **audit: object) -> dict[str, DescriptionLine]:
    return {line.id: line for line in packed(said, **audit).description}


def letters(said: Register) -> dict[str, LetterLine]:
    return {line.id: line for line in packed(said).letters}


def parts(line: LetterLine) -> dict[str, str]:
    return {heading: answer.text for heading, answer in line.parts}


# -- the files -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "text", "line", "words"),
    [
        ("incidents", "- {id: I-1, title: x}", 2, '"date" is missing'),
        ("incidents", "- id: I-1\n  title: x\n  date: 2026-03-05\n  resolved_on: 2026-03-04", 5, "is before"),
        ("incidents", "- id: I-1\n  title: x\n  date: 2026-03-05\n  controls: [NET-2]", 5, 'did you mean "NET-02"?'),
        ("changes", "- id: C-1\n  title: x\n  date: 2026-03-05\n  kind: infra", 5, "must be one of infrastructure"),
        ("records", "- id: incident\n  holds: none", 2, "must look like incidents or changes"),
        ("system", "- {id: comitments, statement: x}", 2, 'did you mean "commitments"?'),
        ("system", "- {id: commitments}", 2, '"statement" is missing'),
        ("system", "- id: commitments\n  statement: To be written, soon.", 3, "no draft any more"),
        ("letters", "- id: bridge", 2, "must look like management-assertion or bridge-letter"),
        ("letters", "- id: management-assertion\n  no_changes: yes", 3, "is of the bridge letter"),
        ("letters", "- id: bridge-letter\n  exceptions: none", 3, "is of the assertion"),
        ("letters", "- id: bridge-letter\n  report_end: 2026-06-30\n  bridge_to: 2026-06-01", 4, "is before"),
    ],
)  # fmt: skip
def test_fault_names_file_line_and_mend(kind: str, text: str, line: int, words: str) -> None:
    found = faults(**{kind: f"{kind}:\n{text}\n".encode()})
    assert any(one.startswith(f"register/{kind}.yaml:{line}: ") and words in one for one in found), found


def test_a_record_must_agree_with_its_list() -> None:
    none = record("incidents", "2026-01-01", "2026-06-30", "none")
    (fault,) = faults(incidents=INCIDENT, records=none)
    assert fault.startswith("register/incidents.yaml:2: records.yaml says that there were none from 2026-01-01 to")
    assert faults(records=none) == []
    (fault,) = faults(records=record("incidents", "2026-01-01", "2026-06-30", "all"))
    assert fault.endswith('"holds" is all, and incidents.yaml has none in these days: write none')
    assert faults(incidents=INCIDENT, records=record("incidents", "2026-01-01", "2026-06-30", "all")) == []
    (fault,) = faults(records=record("incidents", "2026-01-01", "2026-10-03", "none"))
    assert "of days to come nobody knows" in fault


@pytest.mark.parametrize(
    ("first", "sound"), [("2026-03-06", False), ("2026-03-07", True)]
)  # it was over on 6 March  # fmt: skip
def test_an_incident_is_of_every_day_until_it_was_over(first: str, sound: bool) -> None:
    none = record("incidents", first, "2026-06-30", "none")
    assert (faults(incidents=INCIDENT, records=none) == []) == sound
    lasting = INCIDENT.replace(b", resolved_on: 2026-03-06", b"")
    assert faults(incidents=lasting, records=none)


# -- the description -------------------------------------------------------------------------------------------------


def test_every_part_has_its_criterion() -> None:
    assert CRITERIA.keys() == PARTS.keys()


def test_managements_words_fill_every_criterion() -> None:
    system = "system:\n" + "".join(f"- {{id: {name}, statement: 'Words on {name}'}}\n" for name in PARTS)
    cuecs = b"cuecs:\n- {id: UC-1, statement: x}\n"
    whole = record("incidents", "2026-01-01", "2026-06-30", "none")
    whole += record("changes", "2026-01-01", "2026-06-30", "none").removeprefix(b"records:\n")
    said = register(system=system.encode(), records=whole, cuecs=cuecs)
    lines = described(said)
    for name, criterion in CRITERIA.items():
        assert any(words == f"Words on {name}." for _, words in lines[criterion].said), name
    for ident in ("DC 1", "DC 2", "DC 3", "DC 4", "DC 6", "DC 7", "DC 8", "DC 9"):
        assert (lines[ident].missing, lines[ident].answer.text) == ((), "Drafted"), ident
    gaps = [gap.subject for gap in packed(said).gaps]
    assert [one for one in gaps if one.startswith("System description")] == [
        f"System description, DC 5 {lines['DC 5'].title}"
    ]


def test_a_draft_is_shown_as_one_and_is_still_missing() -> None:
    said = register(
        system=b"system:\n- {id: commitments, draft: yes, statement: Uptime}\n"
        b"- {id: requirements, draft: yes, statement: To be written}\n"
    )
    line = described(said)["DC 2"]
    assert line.said == (("Commitments (management, DRAFT)", "Uptime."),)
    assert line.missing == (PARTS["commitments"], PARTS["requirements"])
    states = {part.id: part.state for part in packed(said).system_parts}
    assert (states["commitments"].text, states["commitments"].shape) == ("Draft", Shape.MISSING)
    assert states["people"].text == states["user-controls"].text == NOT_PROVIDED
    other = register(cuecs=b"cuecs:\n- {id: UC-1, statement: x}\n")
    states = {part.id: part.state for part in packed(other, categories=tuple(Category)).system_parts}
    assert states["user-controls"].text == "Not needed: they stand in cuecs.yaml"
    assert states["categories-left-out"].text == "Not needed: none is left out"


def test_what_is_registered_prints_where_it_is_not_needed() -> None:
    said = register(system=b"system:\n- {id: categories-left-out, statement: We left none out}\n")
    packet = packed(said, categories=tuple(Category))
    line = next(one for one in packet.description if one.id == "DC 8")
    assert ("Categories left out (management)", "We left none out.") in line.said
    assert {part.id: part.state.text for part in packet.system_parts}["categories-left-out"] == "Given"
    assert line.missing == (PARTS["criteria-left-out"],)
    assert described(EMPTY, categories=tuple(Category))["DC 8"].missing == line.missing, "and is not asked for"


def test_an_empty_list_says_nothing_and_a_record_of_none_says_so() -> None:
    assert described(EMPTY)["DC 4"].answer.text == NOT_PROVIDED
    assert described(register(incidents=b"incidents: []\n"))["DC 4"].answer.text == NOT_PROVIDED
    line = described(register(records=record("incidents", "2026-01-01", "2026-06-30", "none")))["DC 4"]
    assert line.missing == ()
    assert dict(line.said)["How far the record goes"] == (
        "Management says that there were none from 1 January 2026 to 30 June 2026 (Ann, 2 October 2026)."
    )
    short = described(register(records=record("incidents", "2026-01-02", "2026-06-30", "none")))["DC 4"]
    assert short.missing, "a day of the period is not spoken for"
    assert described(register(records=record("changes", "2026-01-01", "2026-06-30", "none")))["DC 4"].missing


@pytest.mark.parametrize(("reviewed", "counts"), [("2026-11-23", True), ("2026-11-24", False)])
def test_a_record_typed_ahead_of_the_reading_closes_no_gap(reviewed: str, counts: bool) -> None:
    body = record("incidents", "2026-01-01", "2026-11-23", "none").replace(b"2026-10-02", reviewed.encode())
    said = register(records=body, letters=LETTER)
    packet = packed(said)
    line = next(one for one in packet.description if one.id == "DC 4")
    words = next(one.words for one in packet.records if one.id == "incidents")
    warned = {one.id: one for one in packet.letters}["bridge-letter"].warned
    assert any("record of incidents" in one for one in warned) != counts
    if counts:
        assert (line.missing, words.startswith("Management says")) == ((), True)
        return
    assert (line.said, line.answer.text) == ((), NOT_PROVIDED)
    assert line.missing[1] == (
        "A record reviewed no later than the evidence was read: the registered one is dated 24 November 2026"
    )
    assert words == "NOT PROVIDED; the registered record is dated 24 November 2026, after the evidence was read"
    (note,) = [one for one in notes(said, dt.date(2026, 11, 23), ()) if one.matter is Matter.AHEAD]
    assert str(note).startswith("register/records.yaml:2: the record of incidents counts only")
    assert not [one for one in notes(said, dt.date(2026, 11, 24), ()) if one.matter is Matter.AHEAD]


def test_a_record_speaks_for_no_day_after_its_review() -> None:
    (kept,) = register(records=record("incidents", "2026-01-01", "2026-06-30", "none")).records
    days = spoken_for(replace(kept, reviewed_on=dt.date(2026, 5, 1)), dt.date(2026, 11, 23))
    assert days == (dt.date(2026, 1, 1), dt.date(2026, 5, 1))


def test_incidents_of_the_period_are_named_and_others_counted() -> None:
    line = described(register(incidents=INCIDENT))["DC 4"]
    assert dict(line.said)["On record (management)"] == (
        "INC-1 Late invoices (5 March 2026; resolved on 6 March 2026; commitment missed: yes)."
    )
    assert line.missing == ("The statement that these are all incidents of the whole period",)
    before = {"period_start": dt.date(2025, 1, 1), "period_end": dt.date(2025, 12, 31)}
    assert described(register(incidents=INCIDENT), **before)["DC 4"].said == (("Of other times", "1 entry on record."),)
    whole = register(incidents=INCIDENT, records=record("incidents", "2026-01-01", "2026-06-30", "all"))
    assert described(whole)["DC 4"].missing == ()
    (row,) = described(register(changes=CHANGE))["DC 9"].said
    assert row == ("Of other times", "1 entry on record."), "15 July is after the period"


def test_what_an_entry_does_not_say_is_a_gap() -> None:
    said = register(
        incidents=INCIDENT + b"- {id: INC-2, date: 2026-04-01, title: x}\n",
        changes=CHANGE + b"- {id: CH-2, date: 2026-04-01, title: x}\n",
    )
    what = [gap.what for gap in packed(said).gaps]
    assert "Nature, extent or effect of 1 incident NOT PROVIDED: INC-2" in what
    assert "Kind or description of 1 change NOT PROVIDED: CH-2" in what


# -- the letters -----------------------------------------------------------------------------------------------------


def test_letters_print_what_was_given_and_never_a_signature() -> None:
    found = letters(register(letters=LETTER))
    assertion, bridge = parts(found["management-assertion"]), parts(found["bridge-letter"])
    assert (assertion["Exceptions to the above"], assertion["Signed by, title"]) == ("none", "A. Person, CEO")
    assert (bridge["To"], bridge["Its auditor"], bridge["Signed by, title"]) == (
        "Customer GmbH", "CPA LLP", "A. Person, CEO",
    )  # fmt: skip
    assert bridge["Period of this letter"] == "1 July 2026 to 30 September 2026"
    assert bridge["Next report expected"] == "31 January 2027"
    for said in (assertion, bridge):
        assert [name for name, text in said.items() if text == NOT_PROVIDED] == ["Signature", "Date of signature"]
    assert len(found["bridge-letter"].warned) == 3, "92 days, and two statements without a record"
    gaps = {gap.subject: gap for gap in packed(register(letters=LETTER)).gaps}
    assert gaps["Bridge letter"].what == "Signature NOT PROVIDED"
    blank = {gap.subject: gap for gap in packed(EMPTY).gaps}
    assert "To; Last report: title and type" in blank["Bridge letter"].bring
    assert "Exceptions to the above; Signed by, title" in blank["Management’s assertion"].bring


def test_no_material_changes_is_refused_where_the_register_has_one_and_the_packet_shows_it() -> None:
    said = register(letters=LETTER, changes=CHANGE, records=record("incidents", "2026-07-01", "2026-09-30", "none"))
    packet = packed(said)
    line = {one.id: one for one in packet.letters}["bridge-letter"]
    assert line.refused == (
        (
            "“No material changes” is refused: the record has 1 change in the bridge period: CH-1 New region (15 July "
            "2026)."
        ),
    )
    assert parts(line)["Material changes"] == "CH-1 New region (15 July 2026)"
    assert parts(line)["Incidents and control failures"] == NOT_PROVIDED, "a letter with a false statement states none"
    (gap,) = [gap for gap in packet.gaps if gap.subject == "Bridge letter"]
    assert gap.what.startswith("A statement is refused by the record")
    text = html.render("bridge-letter.html", **documents.context(packet, "bridge-letter")).text
    assert "Refused:" in text
    assert "CH-1 New region" in text
    # with a record of none the statements stand
    whole = record("incidents", "2026-07-01", "2026-09-30", "none")
    whole += record("changes", "2026-07-01", "2026-09-30", "none").removeprefix(b"records:\n")
    sound = letters(register(letters=LETTER, records=whole))["bridge-letter"]
    assert sound.refused == ()
    assert len(sound.warned) == 1, "92 days"
    assert parts(sound)["Incidents and control failures"].startswith("No incident")


def test_an_incident_that_lasts_into_the_bridge_is_of_it() -> None:
    lasting = INCIDENT.replace(b", resolved_on: 2026-03-06", b"")
    assert bridge_letter(AUDIT, bridge_of(register(letters=LETTER, incidents=INCIDENT), TODAY)).refused == ()
    assert bridge_letter(AUDIT, bridge_of(register(letters=LETTER, incidents=lasting), TODAY)).refused


# -- print -----------------------------------------------------------------------------------------------------------


def test_the_packet_prints_the_records() -> None:
    said = register(incidents=INCIDENT, changes=CHANGE, records=record("incidents", "2026-01-01", "2026-06-30", "all"))
    packet = packed(said)
    text = html.render("soc2-packet.html", **documents.context(packet, "soc2-packet")).text
    section = text.partition('id="register"')[2].partition("</section>")[0]
    for words in ("Late invoices", "New region", "Resolved on 6 March 2026", "there were no others than those on rec"):
        assert words in section, words
    changes = section.partition("Material changes</h2>")[2].partition("<h2")[0]
    assert 'class="missing"' in changes.partition("<table")[2].partition("</table>")[0], "nobody says how far it goes"


@pytest.mark.parametrize("kind", ["soc2-packet", "iso27001-packet"])
def test_a_register_of_records_alone_has_its_section(kind: str) -> None:
    def text(said: Register) -> str:
        packet = replace(packed(said), own_controls=(), exceptions=(), risk_acceptances=(), own_cuecs=())
        return html.render(f"{kind}.html", **documents.context(packet, kind)).text

    alone = replace(EMPTY, records=register(records=record("changes", "2026-01-01", "2026-06-30", "none")).records)
    assert "Management says that there were none from 1 January 2026" in text(alone).partition('id="register"')[2]
    assert 'id="register"' not in text(EMPTY)


def test_the_demo_has_letters_in_part_and_refuses_none() -> None:
    packet = packed(registered(GIVEN.header, GIVEN.catalog))
    found = {line.id: line for line in packet.letters}
    bridge = parts(found["bridge-letter"])
    assert found["bridge-letter"].refused == ()
    assert bridge["Its auditor"].startswith("Example Assurance")
    assert bridge["To"] == NOT_PROVIDED
    assert bridge["Material changes"].startswith("CH-001")
    assert bridge["Incidents and control failures"].startswith("No incident")
    lines = {line.id: line for line in packet.description}
    assert lines["DC 1"].missing == ()
    assert lines["DC 3"].missing
    assert lines["DC 9"].missing
