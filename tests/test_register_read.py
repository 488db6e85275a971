"""register/ is read whole or not at all: every fault at once, with its line; what is sound but old is a note."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from pathlib import Path

import jsonschema
import pytest
import yaml
from register_files import CHECK, CONTROLS, FINDING, RISKS, catalog, faults, files, known, register, surveyed

from srm_docs.catalog.load import digest
from srm_docs.declare.fields import Refers, fields_of
from srm_docs.declare.items import KINDS
from srm_docs.declare.load import load, survey
from srm_docs.declare.notes import notes
from srm_docs.declare.register import EMPTY, Register, attribute
from srm_docs.declare.schema import schemas
from srm_docs.errors import RegisterError
from srm_docs.seal.manifest import path_fault


def test_sound_register_is_read_whole() -> None:
    found = register()
    first, draft = found.controls
    assert (first.id, first.frequency, first.soc2) == ("NET-02", "quarterly", ("CC6.1", "CC6.6"))
    assert (first.draft, draft.draft, draft.owner) == (None, True, "")
    assert found.evidence[0].obtained_on == dt.date(2026, 6, 30)
    assert found.lines["controls", "PPL-01"] == 14
    assert found.digest == digest(files().items())


def test_every_kind_has_its_place_in_the_register() -> None:
    assert {attribute(kind) for kind in KINDS} <= {f.name for f in dataclasses.fields(Register)}
    for model in KINDS.values():
        assert set(fields_of(model)) == {f.name for f in dataclasses.fields(model)}, model


def test_no_folder_is_the_empty_register_and_an_empty_one_has_no_digest(tmp_path: Path) -> None:
    assert load(None, catalog()) is EMPTY
    assert load(tmp_path, catalog()) == EMPTY


def test_every_fault_is_told_at_once_with_its_line() -> None:
    wrong = b"""controls:
  - id: NET-02
    title: x
    soc2: [CC6.66]
    natur: preventive
    nature: prevent
    reviewed_on: 2026-02-30
"""
    assert faults(controls=wrong) == [
        'register/controls.yaml:4: unknown SOC 2 criterion "CC6.66"; did you mean "CC6.6"?',
        'register/controls.yaml:5: unknown key "natur"; did you mean "nature"?',
        (
            'register/controls.yaml:6: "nature" must be one of preventive, detective, corrective, not "prevent"; '
            'did you mean "preventive"?'
        ),
        'register/controls.yaml:7: "reviewed_on" is no day of the calendar: 2026-02-30',
    ]


@pytest.mark.parametrize(
    ("kind", "text", "line", "words"),
    [
        ("controls", "- id: A-1\n  title: ''", 2, '"title" is missing'),
        ("controls", "- id: A-1\n  title: x\n- id: a-1\n  title: y", 4, "duplicate id"),
        ("controls", "- id: 007\n  title: x", 2, "put it in quotes"),
        ("controls", "- id: A-1\n  title: x\n  responsibilities: [networking.vpn]", 4, "unknown responsibility"),
        ("controls", "- id: A-1\n  title: x\n  checks: [volume_is_encrypted]", 4, 'did you mean "volumes_are_encr'),
        ("controls", '- id: A-1\n  title: "a\\u202eb"', 3, "cannot be seen"),
        ("responsibilities", "- id: data.x\n  status: planned", 2, "unknown responsibility"),
        ("responsibilities", "- id: networking.vpc-configuration\n  status: planned", 2, '"planned_for"'),
        ("soa", "- id: A.8.20", 2, '"applicable" is missing'),
        ("soa", "- id: A.8.30\n  applicable: no", 3, "needs its reason"),
        ("soa", "- id: A.7.1\n  applicable: no\n  exclusion: Handled by AWS", 4, "applicable and inherited"),
        ("soa", "- id: A.8.20\n  applicable: yes\n  reasons: [law or regulations]", 4, "did you mean"),
        ("soa", "- id: clause-4.1\n  applicable: yes", 2, "unknown Annex A control"),
        ("findings", "- id: F-AAAAA", 2, "unknown finding"),
        ("findings", f"- id: {FINDING}\n  status: closed", 3, '"closed_on"'),
        ("findings", f"- id: {FINDING}\n  due: 01/02/2026", 3, "such as 2026-06-30"),
        ("suppressions", "- id: S-1\n  check: x", 3, "unknown self-test"),
        ("reviews", "- id: EV-1\n  reviewed_by: x\n  reviewed_on: 2026-01-01", 2, "unknown collected evidence"),
        ("requests", "- id: P1\n  text: x\n  evidence: [ME-2]", 4, 'did you mean "ME-001"?'),
        ("exceptions", "- id: RA-001\n  description: x\n  controls: [NET-02]", 2, "unused"),
        ("aws-reports", "- id: aws-soc2-typ2\n  reviewed_by: x\n  reviewed_on: 2026-01-01", 2, "unknown AWS report"),
        ("cuecs", "- id: U-1\n  statement: x\n  controls: [NET-2]", 4, 'did you mean "NET-02"?'),
    ],
)  # fmt: skip
def test_fault_names_file_line_and_mend(kind: str, text: str, line: int, words: str) -> None:
    found = faults(**{kind.replace("-", "_"): f"{kind}:\n{text}\n".encode()})
    if words == "unused":  # the accepted risk, read later, is told that its id is taken
        assert found == ['register/risk-acceptances.yaml:2: "RA-001" is already an id in exceptions.yaml']
        return
    at_line = [fault for fault in found if fault.startswith(f"register/{kind}.yaml:{line}: ")]
    assert any(words in fault for fault in at_line), found


def test_nobody_approves_what_they_asked_for() -> None:
    same = RISKS.replace(b"approved_by: Head of Compliance", b"approved_by: platform  LEAD") % FINDING.encode()
    assert faults(risk_acceptances=same) == [
        (
            'register/risk-acceptances.yaml:8: "approved_by" and "requested_by" are the same, platform  LEAD: somebody '
            "else must approve"
        )
    ]


@pytest.mark.parametrize("key", ["compensating_control", "expires", "approved_by", "approved_on", "requested_by"])
def test_accepted_risk_needs_all_that_bounds_it(key: str) -> None:
    body = b"\n".join(
        row for row in (RISKS % FINDING.encode()).split(b"\n") if not row.strip().startswith(key.encode())
    )
    assert any(f'"{key}" is missing' in fault for fault in faults(risk_acceptances=body))


def test_manual_evidence_must_be_the_file_that_was_registered() -> None:
    found = files()
    found["evidence/review.pdf"] += b" and more"
    (fault,) = surveyed(found).faults
    assert str(fault).startswith("register/evidence.yaml:5: evidence/review.pdf is not the file that was registered")
    del found["evidence/review.pdf"]
    assert [str(fault) for fault in surveyed(found).faults] == [
        "register/evidence.yaml:4: evidence/review.pdf is missing"
    ]


def test_file_without_a_place_is_a_fault_and_a_stray_beside_evidence_is_told() -> None:
    found = files() | {"control.yaml": b"", "evidence/old.pdf": b"x", "README.md": b"# ours"}
    assert [str(fault) for fault in surveyed(found).faults] == [
        'register/control.yaml: this file has no place here; did you mean "controls.yaml"?'
    ]
    del found["control.yaml"]
    sound = surveyed(found)
    assert sound.strays == ("evidence/old.pdf",)
    assert sound.register == register()


@pytest.mark.parametrize(
    "name", ["../secret", "/etc/passwd", "a/../b", ".env", "a b.pdf", "évidence.pdf", "a.", "a//b"]
)
def test_evidence_stays_inside_the_folder(name: str) -> None:
    body = files()["evidence.yaml"].replace(b"evidence/review.pdf", name.encode())
    assert any('"file" must look like' in fault for fault in faults(evidence=body))


def test_link_that_leads_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    top = tmp_path / "register"
    for name, body in files().items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_bytes(body)
    assert survey(top, known()).register == register()
    outside = tmp_path / "outside.pdf"
    outside.write_bytes(files()["evidence/review.pdf"])
    (top / "evidence/review.pdf").unlink()
    (top / "evidence/review.pdf").symlink_to(outside)
    assert ["leads out of the folder" in str(fault) for fault in survey(top, known()).faults] == [True]


def test_a_description_that_nobody_wrote_is_a_fault_once_it_is_no_draft(tmp_path: Path) -> None:
    text = "controls:\n- id: C-1\n  title: x\n  draft: yes\n  description: To be written (who, how often).\n"
    (tmp_path / "controls.yaml").write_text(text, "utf-8")
    assert survey(tmp_path, known()).faults == ()
    (tmp_path / "controls.yaml").write_text(text.replace("  draft: yes\n", ""), "utf-8")
    (fault,) = survey(tmp_path, known()).faults
    assert 'C-1 is no draft any more, but its description still begins "To be written"' in fault.message


def test_unreadable_file_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "controls.yaml").touch()

    def refused(_: Path) -> bytes:  # a file without rights would do, but root may read everything
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refused)
    with pytest.raises(RegisterError) as error:
        load(tmp_path, catalog())
    assert "cannot be read: permission denied" in error.value.faults[0]


def test_name_that_the_register_takes_is_one_that_a_packet_takes() -> None:
    for name in ("a.pdf", "evidence/2026_q2.v1.pdf", "x/y/z", "A-1"):
        assert not path_fault(f"register/{name}")


def test_notes_tell_what_expired_and_what_no_control_serves() -> None:
    found = register(
        findings=f"findings:\n- id: {FINDING}\n  due: 2026-03-01\n".encode(),
        requests=b"requests:\n- id: P-1\n  text: x\n  due: 2026-03-01\n- id: P-2\n  text: y\n  due: 2026-03-01\n"
        b"  status: provided\n",
    )
    criteria = [r for r in catalog().requirements("soc2") if r.id in {"CC6.1", "CC6.2"}]
    assert [str(note) for note in notes(found, dt.date(2027, 7, 1), criteria)] == [
        f"register/controls.yaml: no own control serves {criteria[1].id} {criteria[1].title}",
        "register/controls.yaml:14: PPL-01 is still a draft",
        "register/evidence.yaml:2: ME-001 expired on 30 June 2027",
        f"register/findings.yaml:2: {FINDING} was due on 1 March 2026",
        "register/requests.yaml:2: P-1 was due on 1 March 2026",
        "register/risk-acceptances.yaml:2: RA-001 expired on 31 December 2026",
    ]
    # the last day itself is still one on which it holds
    assert "RA-001" not in str(notes(found, dt.date(2026, 12, 31), criteria))


def test_schema_accepts_what_the_reader_accepts_and_refuses_what_it_refuses() -> None:
    for name, body in files().items():
        if not name.endswith(".yaml"):
            continue
        schema = json.loads(schemas()[f"register-{name.removesuffix('.yaml')}.schema.json"])
        data = yaml.load(body, yaml.BaseLoader)  # dates stay text, as our reader leaves them
        for item in next(iter(data.values())):
            if "draft" in item:
                item["draft"] = item["draft"] == "true"
        jsonschema.Draft202012Validator(schema).validate(data)
        next(iter(data.values()))[0]["surplus"] = "x"
        assert list(jsonschema.Draft202012Validator(schema).iter_errors(data))


def test_hostile_yaml_is_refused() -> None:
    for body in (b"controls: &a [*a]", b"controls: !!python/object:os.system []", CONTROLS + CONTROLS):
        assert faults(controls=body)


def test_the_check_of_these_tests_exists() -> None:
    assert CHECK in known().ids[Refers.CHECK]
