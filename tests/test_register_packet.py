"""What management registered stands beside what was found: it completes statements, and changes no result."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import pytest
import sealed_sample as sample
from register_files import SCAN, catalog, faults, register, surveyed

from srm_docs.catalog.model import Owner
from srm_docs.checks.number import finding_number
from srm_docs.checks.observation import Status
from srm_docs.declare.pattern import matches
from srm_docs.declare.register import EMPTY, Register
from srm_docs.demo.registered import content
from srm_docs.findings.conclude import Conclusions, RequirementResult, conclude
from srm_docs.findings.judge import judge
from srm_docs.findings.rollup import Statement
from srm_docs.packet.assemble import assemble
from srm_docs.packet.declared import Declared
from srm_docs.packet.model import NOT_PROVIDED, Packet
from srm_docs.render import documents
from srm_docs.seal import manifest
from srm_docs.verify.core import Found
from srm_docs.verify.rejudge import Judged, Rejudged, rejudge
from tests import small_estate as small

RISK = b"""risk-acceptances:
- {id: RA-1, risk: x, reason: y, findings: [%s], compensating_control: none, requested_by: a, approved_by: b,
   approved_on: 2026-01-01, expires: %s}
"""


def evidence(*, serves: str, completes: str = "", status: str = "ready", **dates: str) -> bytes:
    """One item of manual evidence for SOC 2 criteria or responsibilities, by their ids."""
    names = serves.split()
    soc2, bullets = [n for n in names if "." not in n[3:] or n[:2].isupper()], [n for n in names if n[0].islower()]
    given = {"obtained_on": "2026-10-01"} | dates
    lines = [f"  {key}: {value}" for key, value in given.items()]
    return "\n".join(
        [
            "evidence:", "- id: ME-1", "  title: x", "  file: evidence/review.pdf",
            f"  sha256: {hashlib.sha256(SCAN).hexdigest()}", "  source: x", "  how_obtained: x", "  obtained_by: x",
            f"  soc2: [{', '.join(soc2)}]", f"  responsibilities: [{', '.join(bullets)}]",
            f"  completes: [{', '.join(completes.split())}]", f"  status: {status}", *lines, "",
        ]
    ).encode()  # fmt: skip


def bare(**more: bytes) -> Register:
    """A register with these files and the scan only."""
    found = surveyed(
        {f"{name.replace('_', '-')}.yaml": body for name, body in more.items()} | {"evidence/review.pdf": SCAN}
    )
    assert found.register is not None, [str(fault) for fault in found.faults]
    return found.register


def concluded(said: Register = EMPTY) -> Conclusions:
    given = sample.ingredients(said)
    return given.conclusions


def by_id(conclusions: Conclusions, name: str) -> RequirementResult:
    return next(r for r in conclusions.requirements if r.requirement.id == name)


@cache
def printed(said: Register) -> Packet:
    return assemble(sample.ingredients(said))


@cache
def criterion_tested_well() -> RequirementResult:
    """A criterion whose self-tests all were met, so that only people's evidence is outstanding."""
    return next(
        r
        for r in concluded().requirements
        if r.requirement.framework == "soc2" and r.primary == ("sample_users_are_young",) and not r.deviating
        and not r.refused and r.requirement.owner is Owner.CUSTOMER
    )  # fmt: skip


def test_what_people_bring_completes_a_statement_only_where_management_says_so() -> None:
    criterion = criterion_tested_well()
    names = " ".join([criterion.requirement.id, *criterion.people])
    assert criterion.statement is Statement.PARTLY
    assert criterion.people
    only_serves = by_id(concluded(bare(evidence=evidence(serves=names))), criterion.requirement.id)
    assert (only_serves.statement, only_serves.recorded) == (Statement.PARTLY, ("ME-1",))
    complete = by_id(concluded(bare(evidence=evidence(serves=names, completes=names))), criterion.requirement.id)
    assert complete.statement is Statement.NO_DEVIATION
    assert (complete.documents, complete.people) == ((), ())


@pytest.mark.parametrize(
    ("status", "dates"),
    [
        ("rejected", {}),
        ("superseded", {}),
        ("ready", {"valid_until": "2026-11-22"}),
        ("ready", {"obtained_on": "2026-11-24"}),
    ],
)
def test_what_does_not_count_completes_nothing(status: str, dates: Mapping[str, str]) -> None:
    criterion = criterion_tested_well()
    names = " ".join([criterion.requirement.id, *criterion.people])
    said = bare(evidence=evidence(serves=names, completes=names, status=status, **dates))
    result = by_id(concluded(said), criterion.requirement.id)
    assert (result.statement, result.recorded) == (Statement.PARTLY, ())
    last = bare(evidence=evidence(serves=names, completes=names, valid_until="2026-11-23"))  # the snapshot's day
    assert by_id(concluded(last), criterion.requirement.id).statement is Statement.NO_DEVIATION


def test_documents_alone_are_partly_evidenced() -> None:
    assert by_id(concluded(), "CC1.1").statement is Statement.NOT_PROVIDED
    said = bare(evidence=evidence(serves="CC1.1", completes="CC1.1"))
    assert by_id(concluded(said), "CC1.1").statement is Statement.PARTLY
    (line,) = [r for r in printed(said).soc2 if r.id == "CC1.1"]
    assert (line.bring, line.evidence) == ("", ("ME-1",))
    assert line.because == "Self-tests: None reaches it; it rests on documents alone. Documents: ME-1 recorded."
    assert not any(gap.subject.startswith("CC1.1 ") for gap in printed(said).gaps)


def all_said() -> Register:
    """Everything at once that might tempt a verdict."""
    everything = [r.requirement.id for r in concluded().requirements if r.requirement.framework == "soc2"]
    bullets = [r.id for r in catalog().responsibilities]
    names = " ".join([*everything, *bullets])
    return bare(
        evidence=evidence(serves=names, completes=names),
        risk_acceptances=RISK % (FINDING_OF_OURS, b"2027-01-01"),
        exceptions=b"exceptions:\n- {id: EX-1, description: x, soc2: [CC6.1]}\n",
    )


FINDING_OF_OURS = finding_number("volumes_are_encrypted").encode()


def test_no_result_depends_on_what_is_registered() -> None:
    before, after = concluded(), concluded(all_said())
    assert before.results == after.results
    assert before.responsibilities == after.responsibilities
    for one, other in zip(before.requirements, after.requirements, strict=True):
        assert (one.deviating, one.refused, one.primary) == (other.deviating, other.refused, other.primary)
        if one.statement in (Statement.DEVIATION, Statement.NOT_DETERMINABLE):
            assert other.statement is one.statement, one.requirement.id


def test_suppressed_resource_is_counted_apart_and_stays_a_deviation() -> None:
    given = sample.ingredients()
    said = bare(
        evidence=evidence(serves="CC1.1"),
        suppressions=b"""suppressions:
- {id: FP-1, check: volumes_are_encrypted, resource: vol-2, account: "%s", reason: x, proof: [ME-1], requested_by: a,
   approved_by: b, approved_on: 2026-01-01, expires: 2026-12-01}
"""
        % sample.ACCOUNT.encode(),
    )
    # the sample's own self-test is none of ours, which the reader rightly does not know
    ours = replace(
        said, suppressions=tuple(replace(s, check="sample_volumes_are_encrypted") for s in said.suppressions)
    )
    before, after = assemble(given), assemble(replace(given, register=ours))
    (was,), (finding,) = before.findings, after.findings
    assert (finding.suppressed, finding.count, finding.title) == (1, was.count, was.title)
    assert [r.declared for r in finding.resources] == ["Declared a false positive by management: FP-1"]
    assert "1 of 1 deviation a false positive: X. Proof: ME-1." in finding.declared[0]
    assert after.summary.unmet == before.summary.unmet
    over = replace(ours, suppressions=tuple(replace(s, expires=dt.date(2026, 11, 22)) for s in ours.suppressions))
    (late,) = assemble(replace(given, register=over)).findings
    assert late.suppressed == 0
    assert "expired on 22 November 2026: management declared" in late.declared[0]
    assert any(gap.what == "Expired on 22 November 2026" for gap in assemble(replace(given, register=over)).gaps)


PATTERN = b"""suppressions:
- {id: FP-1, check: volumes_are_encrypted, resource: "%s", account: "%s", reason: x, proof: [ME-1], requested_by: a,
   approved_by: b, approved_on: 2026-01-01, expires: 2026-12-01}
"""


@pytest.mark.parametrize(
    ("pattern", "hit", "odd"),
    [
        ("vol-*", 1, "its pattern fits all 3 resources that were judged"), ("v*2", 1, ""), ("*2", 1, ""),
        ("vol-9*", 0, "nothing in this packet deviates so"), ("vol-1*", 0, "nothing in this packet deviates so"),
    ],
)  # fmt: skip
def test_a_pattern_suppresses_what_it_fits_and_one_that_fits_nothing_or_all_is_told(
    pattern: str, hit: int, odd: str
) -> None:
    said = bare(evidence=evidence(serves="CC1.1"), suppressions=PATTERN % (pattern.encode(), sample.ACCOUNT.encode()))
    ours = replace(
        said, suppressions=tuple(replace(s, check="sample_volumes_are_encrypted") for s in said.suppressions)
    )
    packet = printed(ours)
    (finding,) = packet.findings
    assert (finding.suppressed, finding.count) == (hit, printed(EMPTY).findings[0].count)
    (line,) = packet.suppressions
    assert line.state.text == "In force until 1 December 2026" + (f"; {odd}" if odd else "")
    told = [gap.what for gap in packet.gaps if gap.subject == "Suppression FP-1"]
    assert told == ([f"{odd[0].upper()}{odd[1:]}"] if odd else [])


def test_the_very_name_of_a_resource_is_no_pattern() -> None:
    """Names of AWS hold `*`, such as that of a wildcard certificate."""
    body = PATTERN % (b"vol-*", small.FIRST.encode())
    said = bare(evidence=evidence(serves="CC1.1"), suppressions=body)
    rows = {name: {"Id": name, "Encrypted": False} for name in ("vol-*", "vol-1", "vol-2")}

    def suppressed(*names: str) -> set[str]:
        answer = small.Answer(pages=({"Volumes": [rows[name] for name in names]},))
        results = small.concluded(small.Estate(answers=small.everywhere(small.VOLUMES, answer))).results
        (result,) = [r for r in results if r.check.id == "volumes_are_encrypted"]
        declared = Declared(said, dt.date(2026, 11, 23), results)
        odd = {line.state.text.partition("; ")[2] for line in declared.suppressions({r.check.id: r for r in results})}
        assert odd == ({""} if "vol-*" in names else {"its pattern fits all 4 resources that were judged"})
        return {j.name for j in result.judged(*Status) if declared.false_positive(result.check.id, j)}

    assert suppressed("vol-1", "vol-2") == {"vol-1", "vol-2"}
    assert suppressed("vol-*", "vol-1", "vol-2") == {"vol-*"}


@pytest.mark.parametrize("pattern", ["*", "**", "* *"])
def test_a_pattern_of_nothing_but_stars_is_a_fault(pattern: str) -> None:
    body = PATTERN.replace(b"ME-1", b"ME-001") % (pattern.encode(), b"111122223333")
    assert any("fits every resource" in fault for fault in faults(suppressions=body))


def test_a_star_stands_for_any_characters_and_nothing_else_has_a_meaning() -> None:
    fits = [("a*", "a"), ("a*c", "abc"), ("*b*", "abc"), ("a*b*c", "aXbYc"), ("a**c", "ac"), ("GET /*", "GET /*")]
    differs = [("a*a", "a"), ("a*", "ba"), ("a?", "ab"), ("[ab]", "a"), ("A*", "ab"), ("a*b*b", "ab"), ("a.c", "abc")]
    assert [pair for pair in fits if not matches(*pair)] == []
    assert [pair for pair in differs if matches(*pair)] == []
    assert not matches("a*" * 4_000 + "b", "a" * 8_000), "and takes no time for it"


def test_own_controls_fill_their_columns_and_the_gap_shrinks() -> None:
    before, after = printed(EMPTY), printed(register())
    (line,) = [r for r in after.soc2 if r.id == "CC6.6"]
    assert (line.own_control, line.own_owner, line.own_frequency) == ("NET-02", "Platform lead", "quarterly")
    (draft,) = [r for r in after.soc2 if r.id == "CC1.1"]
    assert (draft.own_control, draft.own_owner) == ("PPL-01 (DRAFT)", NOT_PROVIDED)
    (cuec,) = [c for c in after.cuecs if c.id == "networking.security-groups-nacls"]
    assert cuec.monitored_by == "NET-02"

    def lacking(packet: Packet) -> list[str]:
        return [g.what for g in packet.gaps if g.what.startswith("Own control id") and g.framework == "soc2"]

    assert [what.split(" of ")[1] for what in lacking(before)] == ["33 criteria NOT PROVIDED"]
    assert [what.split(" of ")[1] for what in lacking(after)] == ["31 criteria NOT PROVIDED"], "a draft is none"
    assert any("PPL-01" in g.what for g in after.gaps)


def test_statement_of_applicability_is_managements() -> None:
    said = bare(
        soa=b"soa:\n- {id: A.8.30, applicable: no, exclusion: No work is outsourced}\n"
        b"- {id: A.8.20, applicable: yes, reasons: [contract], risks: [R-1], implemented: planned, "
        b"planned_for: 2027-01-31}\n"
    )
    lines = {line.id: line for line in printed(said).annex_a}
    out, planned, default = lines["A.8.30"], lines["A.8.20"], lines["A.8.21"]
    assert (out.applicable, out.exclusion, out.statement.text) == ("No", "No work is outsourced", "Not applicable")
    assert (planned.applicable, planned.inclusion) == ("Yes", "Contract (R-1)")
    assert planned.implemented == "Planned for 31 January 2027"
    assert (default.applicable, default.inclusion) == ("Yes, by default; not confirmed", NOT_PROVIDED)


def test_review_counts_for_what_was_read_until_its_day() -> None:
    reviews = b"reviews:\n- {id: 'ec2:DescribeVolumes', reviewed_by: Ann, reviewed_on: %s}\n"
    after = printed(bare(reviews=reviews % b"2026-11-23")).evidence
    assert {(e.call, e.reviewed) for e in after} == {("ec2:DescribeVolumes", "Ann"), ("iam:ListUsers", NOT_PROVIDED)}
    before = printed(bare(reviews=reviews % b"2026-11-22"))
    assert {e.reviewed for e in before.evidence} == {NOT_PROVIDED}
    assert any("earlier reading was reviewed on 22 November 2026" in e.reviewed_on for e in before.evidence)
    assert before.evidence_review == NOT_PROVIDED


def test_demo_register_is_sound_and_shows_its_gaps() -> None:
    said = surveyed(content(dt.date(2026, 11, 23)))
    assert said.faults == ()
    assert said.register is not None
    packet = printed(said.register)
    assert {line.state.text for line in packet.risk_acceptances} == {
        "In force until 23 March 2027", "Expired on 24 October 2026",
    }  # fmt: skip
    assert [r.state.text for r in packet.requests] == ["Provided", "Open, overdue since 24 October 2026"]
    assert {e.id: e.state for e in packet.evidence if e.kind != "AWS API reply"} == {
        "ME-001": "ready", "ME-002": "expired on 24 October 2026",
        "ME-003": "ready",
    }  # fmt: skip
    (false_positive,) = said.register.suppressions
    (proof,) = (e for e in said.register.evidence if e.id in false_positive.proof)
    assert false_positive.resource in proof.title, "what proves it is about the thing that it is about"


def judged(files: Mapping[str, bytes]) -> Rejudged:
    found = {path: Found.of(body) for path, body in files.items()}
    return rejudge(found, files.__getitem__, checks=sample.CHECKS, calls=sample.CALLS)


def agreeing(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files with contents.json made to agree."""
    return {**files, "contents.json": sample.contents(files)}


def test_verify_judges_by_the_register_that_a_packet_carries() -> None:
    criterion = criterion_tested_well()
    names = " ".join([criterion.requirement.id, *criterion.people])
    said = bare(evidence=evidence(serves=names, completes=names))
    files = sample.registered(said)
    assert judged(files).state is Judged.SAME
    assert b'"no deviation in self-tests"' in files["findings.json"]
    # the statement rests on the register, so that it cannot be taken away, nor its file be another one
    without = agreeing({path: body for path, body in files.items() if not path.startswith("register/")})
    assert judged(without).state is Judged.DIFFERENT
    swapped = judged(agreeing({**files, "register/evidence/review.pdf": b"another"}))
    assert "is not the file that was registered" in str(swapped.differences)
    stray = judged(agreeing({**files, "register/evidence/more.pdf": b"x"}))
    assert "no item names it" in str(stray.differences)
    edited = files["register/evidence.yaml"].replace(b"title: x", b"title: y")
    assert "register_digest" in str(judged(agreeing({**files, "register/evidence.yaml": edited})).differences)


def test_closing_list_names_the_register() -> None:
    files = sample.closed(sample.registered(register()))
    names = {file.path for file in manifest.decode(files["manifest.json"]).files}
    assert {"register/controls.yaml", "register/evidence/review.pdf"} <= names
    assert manifest.what("register/controls.yaml") == "Register, as management declared it"


def test_the_sample_has_what_these_tests_need() -> None:
    found = sample.evidence()
    statuses = {r.check.id: r.status for r in judge(sample.CHECKS, found, {"oldest_user": 60})}
    assert statuses["sample_volumes_are_encrypted"] is Status.UNMET
    assert conclude(catalog(), sample.CHECKS, sample.CALLS, found, sample.ingredients().audit).results


REVIEW = b"""aws-reports:
- {id: aws-soc2-type2, auditor: CPA, opinion: unmodified, services_in_scope: true, exceptions: none, reviewed_by: Ann,
   reviewed_on: 2026-11-01, approved_by: Bob, period_from: 2025-10-01, period_to: 2026-09-30%s}
"""


@pytest.mark.parametrize(("more", "in_force"), [(b"", True), (b", valid_until: 2026-11-02", False)])
def test_only_a_review_in_force_fills_the_columns_of_a_report(more: bytes, in_force: bool) -> None:
    lines = {r.id: r for r in printed(bare(aws_reports=REVIEW % more)).reports}
    line = lines.pop("aws-soc2-type2")
    said = ("CPA", "unmodified", "Ann, 1 November 2026", "Bob", "none")
    columns = (line.auditor, line.opinion, line.reviewer, line.approver, line.exceptions)
    assert columns == (said if in_force else (NOT_PROVIDED,) * 5)
    assert line.cuecs == NOT_PROVIDED, "nobody said it"
    assert all(other.reviewer == NOT_PROVIDED for other in lines.values())


CERTIFICATE = b"""aws-reports:
- {id: aws-iso27001-cert-soa, auditor: x, opinion: certified, exceptions: none, reviewed_by: Ann,
   reviewed_on: 2026-11-01%s}
"""


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (b"", "Not applicable: a certificate lists none"), (b", cuecs_mapped: no", "no"),
        (b", valid_until: 2026-11-02", NOT_PROVIDED),
    ],
)  # fmt: skip
def test_of_the_cuecs_of_a_certificate_managements_word_comes_first(more: bytes, words: str) -> None:
    line = next(r for r in printed(bare(aws_reports=CERTIFICATE % more)).reports if r.id == "aws-iso27001-cert-soa")
    assert line.relied_on_by
    assert line.cuecs == words


def test_what_is_registered_is_in_the_draft_of_the_description() -> None:
    said = surveyed(content(dt.date(2026, 11, 23))).register
    assert said is not None
    assert said.cuecs
    drafts, without = ({d.id: d for d in printed(r).description} for r in (said, EMPTY))
    assert dict(drafts["DC 6"].said)["Own CUECs"].startswith(f"{len(said.cuecs)} control")
    assert not drafts["DC 6"].missing
    assert "Own controls" in dict(drafts["DC 5"].said)
    assert drafts["DC 5"].missing, "some criteria are still without an own control"
    assert without["DC 6"].answer.text == NOT_PROVIDED


@pytest.fixture(scope="module")
def demo() -> Packet:
    said = surveyed(content(dt.date(2026, 11, 23)))
    assert said.register is not None
    return printed(said.register)


def test_reviews_are_told_report_by_report(demo: Packet) -> None:
    """A review of the certificate is none of the SOC 2 report that stands in the same cell."""
    said = {b.review for d in demo.domains for b in d.aws if len(b.relied_on) > 1} - {NOT_PROVIDED}
    assert said
    assert all("reviewed on 24 October 2026" in words and f": {NOT_PROVIDED}" in words for words in said), said


def test_a_draft_is_no_control(demo: Packet) -> None:
    drafts = [c.id for c in demo.own_controls if c.draft]
    assert drafts
    own = dict(next(line for line in demo.description if line.id == "DC 5").said)["Own controls"]
    assert own.startswith(f"{len(demo.own_controls) - len(drafts)} control"), own
    without = [r for r in demo.soc2 if all("DRAFT" in c or c == NOT_PROVIDED for c in r.own_control.split(", "))]
    assert any("DRAFT" in r.own_control for r in without)
    assert any(f"frequency of {len(without)} criteria" in g.what for g in demo.gaps)


def test_what_a_review_leaves_open_is_a_gap(demo: Packet) -> None:
    reviewed = next(r for r in demo.reports if r.review.startswith("Reviewed by"))
    (what,) = [g.what for g in demo.gaps if g.subject == reviewed.title and g.what.startswith("Of the review")]
    assert "approver" in what
    assert "services and regions" in what
    assert "CUECs" not in what, "a certificate lists none"


def test_words_of_the_register_suit_one_and_many(demo: Packet) -> None:
    assert "1 exception (waiver)" in demo.declared_words, "an exception is an auditor's word for a deviation"
    assert "1 deviating resources" not in demo.declared_words
    assert not re.search(r"declares 1 deviating resource to be false positives", demo.declared_words)


def test_who_brought_evidence_is_not_among_those_who_read_aws(demo: Packet) -> None:
    assert any(e.kind != "AWS API reply" and e.caller_arn for e in demo.evidence)
    callers = documents.context(demo, "soc2-packet")["view"].callers
    assert all(caller.startswith("arn:") for _, caller in callers)
