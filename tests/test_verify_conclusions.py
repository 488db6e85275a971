"""What a packet states is concluded again from the packet alone; what does not follow is named, nothing crashes."""

from __future__ import annotations

import copy
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import sealed_sample as sample
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from srm_docs.checks.observation import met
from srm_docs.evidence import canonical
from srm_docs.evidence.data import entry_from_data, header_from_data
from srm_docs.evidence.snapshot import record_digest
from srm_docs.seal import manifest
from srm_docs.seal.manifest import Listed
from srm_docs.seal.packet_folder import seal
from srm_docs.verify.checkset import check_set
from srm_docs.verify.core import Found, compare
from srm_docs.verify.differences import differences
from srm_docs.verify.evidence import _masked
from srm_docs.verify.open import verify
from srm_docs.verify.rejudge import Judged, Rejudged, rejudge

VOLUMES = next(e for e in sample.evidence().entries.values() if e.question.call == "ec2:DescribeVolumes" and e.digest)
VOLUMES_FILE = f"evidence/{VOLUMES.evidence_id}.json"


def judged(files: Mapping[str, bytes], checks: Any = sample.CHECKS) -> Rejudged:
    found = {path: Found.of(body) for path, body in files.items()}
    return rejudge(found, lambda path: files[path], checks=checks, calls=sample.CALLS)


def text(outcome: Rejudged) -> str:
    return outcome.because + "\n" + "\n".join(f"{d.subject}: {d.stated} / {d.judged}" for d in outcome.differences)


def index_of(name: str) -> int:
    data = json.loads(sample.files()["findings.json"])
    return next(at for at, one in enumerate(data["checks"]) if one["id"] == name)


def test_the_sample_says_something_worth_checking() -> None:
    data = json.loads(sample.files()["findings.json"])
    assert [(c["id"], c["status"]) for c in data["checks"]] == [
        ("sample_users_are_young", "met"),
        ("sample_volumes_are_encrypted", "unmet"),
    ]
    assert {"deviation noted"} < {r["statement"] for r in data["requirements"]}


def test_what_follows_is_as_stated() -> None:
    outcome = judged(sample.files())
    assert outcome.state is Judged.SAME, text(outcome)
    assert outcome.counts["checks"] == 2
    assert outcome.counts["evidence"] == 3
    assert outcome.counts["requirements"] > 100


AT = index_of("sample_volumes_are_encrypted")
VOLUME_PLACES = ("checks", AT, "places")


@pytest.mark.parametrize(
    ("steps", "to", "named"),
    [
        (("checks", AT, "status"), "met", r"check sample_volumes_are_encrypted, status: met / unmet"),
        (
            (*VOLUME_PLACES, 0, "judged", 1, "status"),
            "met",
            r"volumes.* 111122223333/eu-west-1, judged .*, status: met / unmet",
        ),
        ((*VOLUME_PLACES, 0, "judged"), lambda rows: rows[:1], r"judged: 1 of them / 3 of them"),
        ((*VOLUME_PLACES, 1, "status"), "met", r"us-east-1, status: met / unknown"),
        ((*VOLUME_PLACES, 1, "gaps"), [], r"us-east-1, gaps: 0 of them / 1 of them"),
        ((*VOLUME_PLACES,), lambda places: places[:1], r"places: 1 of them / 2 of them"),
        (("checks",), lambda checks: checks[:1], r"check sample_volumes_are_encrypted: not stated / unmet"),
        (("checks",), lambda checks: checks + checks[:1], r"check: one of them twice"),
        (("checks",), lambda checks: checks[::-1], r"check: in another order"),
        (
            ("requirements", 0, "statement"),
            "no deviation in self-tests",
            r"requirement soc2 CC1.1, statement: no deviation",
        ),
        (("requirements", 0, "id"), "CC1.01", r"requirement soc2 CC1.01: .* / there is none"),
        (("responsibilities", 0, "status"), "met", r"responsibility .*, status: met / null"),
        (("reports", 0, "state"), "listed", r"report .*, state: listed / refused"),
        (("reports",), None, r"findings.json, reports: not a list"),
        (("as_read_on",), "1 January 2027 00:00 UTC", r"findings.json, as_read_on: 1 January"),
        (("snapshot",), "other", r"findings.json, snapshot"),
    ],
)
def test_a_conclusion_that_does_not_follow_is_named(steps: tuple[Any, ...], to: Any, named: str) -> None:
    outcome = judged(sample.changed("findings.json", *steps, to=to))
    assert outcome.state is Judged.DIFFERENT
    assert re.search(named, text(outcome)), text(outcome)


@pytest.mark.parametrize(
    ("steps", "to", "named"),
    [
        (("rows",), lambda rows: [row for row in rows if row["state"] != "denied"], "us-east-1: not stated / denied"),
        (("rows", 1, "state"), "ok", "coverage ec2:DescribeVolumes 111122223333 us-east-1, state: ok / denied"),
        (("totals", "denied"), 0, "coverage.json, totals, denied: 0 / 1"),
        (("totals",), None, "coverage.json, totals: null /"),
        (("rows",), None, "coverage.json, rows: not a list"),
    ],
)
def test_a_refusal_cannot_be_left_out_of_the_ledger(steps: tuple[Any, ...], to: Any, named: str) -> None:
    outcome = judged(sample.changed("coverage.json", *steps, to=to))
    assert outcome.state is Judged.DIFFERENT
    assert named in text(outcome)


ENTRY = next(
    at
    for at, e in enumerate(json.loads(sample.files()["evidence-index.json"])["entries"])
    if e["evidence_id"] == VOLUMES.evidence_id
)
REFUSED = next(at for at, e in enumerate(json.loads(sample.files()["evidence-index.json"])["entries"]) if e["refusal"])


@pytest.mark.parametrize(
    ("path", "steps", "to", "named"),
    [
        ("evidence-index.json", ("entries", ENTRY, "digest"), "0" * 64, "the evidence is not what its index says"),
        ("evidence-index.json", ("entries", ENTRY, "size"), 7, "the evidence is not what its index says"),
        ("evidence-index.json", ("entries", ENTRY, "file"), "evidence/EV-AAAAAAAA.json", ", file"),
        ("evidence-index.json", ("entries", ENTRY, "evidence_id"), "EV-AAAAAAAA", ", id: EV-AAAAAAAA / EV-"),
        ("evidence-index.json", ("entries", ENTRY, "evidence_id"), "../../etc/passwd", ", id"),
        ("evidence-index.json", ("entries", ENTRY, "region"), "us-east-1", "twice|, id"),
        ("evidence-index.json", ("entries", ENTRY, "rows"), 2, "rows: 2 / 3"),
        ("evidence-index.json", ("entries", ENTRY, "pages"), 1, "pages: 1 / 2"),
        ("evidence-index.json", ("entries", REFUSED, "state"), "empty", "state: empty / denied"),
        ("evidence-index.json", ("entries", REFUSED, "refusal"), None, "state: denied / empty"),
        ("evidence-index.json", ("entries", REFUSED, "state"), "fine", "stopped: .*malformed"),
        ("evidence-index.json", ("entries",), lambda entries: entries[:-1], "not in the evidence index|record_digest"),
        ("evidence-index.json", ("entries",), lambda entries: [*entries, entries[0]], "twice"),
        ("evidence-index.json", ("entries",), {}, "lacks its list"),
        ("evidence-index.json", ("entries",), [1], "stopped"),
        ("evidence-index.json", ("header",), None, "stopped"),
        (
            "evidence-index.json",
            ("header", "accounts", 0, "regions"),
            ["eu-west-1"],
            "places: 2 of them / 1 of them|record_digest",
        ),
        ("evidence-index.json", ("header", "accounts", 0, "regions"), ["r"] * 100_001, "more than 100000 places"),
        ("evidence-index.json", ("header", "ended"), "2027-01-01T00:00:00Z", "as_read_on"),
        ("evidence-index.json", ("record_digest",), "0" * 64, "record_digest"),
        ("inputs.json", ("parameters", "oldest_user"), 90, "inputs.json, parameters"),
        (
            "inputs.json",
            ("audit", "parameters", "oldest_user"),
            9_999,
            "parameter oldest_user: in force / is above 365",
        ),
        ("inputs.json", ("audit", "categories"), ["security", "availability"], "requirement soc2 A1.1: not stated"),
        ("inputs.json", ("audit", "frameworks"), ["soc2"], "requirement iso27001 .*: .* / there is none"),
        ("inputs.json", ("audit", "type"), "type 9", "stopped"),
        ("inputs.json", ("audit",), None, "stopped"),
        ("inputs.json", ("catalog_digest",), "0" * 64, "catalog_digest"),
    ],
)
def test_what_judging_rests_on_cannot_be_changed_unseen(path: str, steps: tuple[Any, ...], to: Any, named: str) -> None:
    outcome = judged(sample.changed(path, *steps, to=to))
    assert outcome.state is Judged.DIFFERENT
    assert re.search(named, text(outcome), re.IGNORECASE), text(outcome)


def with_pages(pages: Any) -> dict[str, bytes]:
    """The sample with other pages of volumes, and an index that has their digest."""
    body = pages if isinstance(pages, bytes) else canonical.encode(pages)
    found = Found.of(body)
    files = sample.changed("evidence-index.json", "entries", ENTRY, "digest", to=found.sha256)
    data = json.loads(files["evidence-index.json"])
    data["entries"][ENTRY]["size"] = found.size
    files["evidence-index.json"] = sample.to_bytes(data)
    return {**files, VOLUMES_FILE: body}


def test_evidence_that_was_made_better_changes_the_verdict() -> None:
    pages = json.loads(sample.files()[VOLUMES_FILE])
    pages[0]["Volumes"][1]["Encrypted"] = True
    assert "check sample_volumes_are_encrypted, status: unmet / unknown" in text(
        judged(with_pages(canonical.from_json(pages)))
    )


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"[1]", b"[" * 100_000, b"[{}] ", b'[{"b":1,"a":2}]', b'[{"a":1,"a":2}]', b'[{"$int":"x"}]',
     b"\xff", b"[NaN]", b'[{"a":' + b"9" * 5_000 + b"}]", b'[{"Volumes":7}]', b'[{"Volumes":[7,null,[]]}]',
     b'[{"Volumes":[{"Encrypted":{"a":1}}]}]'],
)  # fmt: skip
def test_hostile_evidence_is_a_discrepancy_and_no_crash(body: bytes) -> None:
    outcome = judged(with_pages(body))
    assert outcome.state is Judged.DIFFERENT
    assert outcome.differences


def of_index(change: Callable[[dict[str, Any], dict[str, Any]], object]) -> str:
    """What is said of an index that was changed, with the record's digest and every list made anew."""
    data = json.loads(sample.files()["evidence-index.json"])
    change(data["header"], data["entries"][ENTRY])
    entries = {e.question.key: e for e in map(entry_from_data, data["entries"])}
    data["record_digest"] = record_digest(header_from_data(data["header"]), entries)
    outcome = judged(forged("evidence-index.json", sample.to_bytes(data)))
    return text(outcome) if outcome.state is Judged.DIFFERENT else ""


def test_what_the_index_tells_of_a_reply_is_held_against_it() -> None:
    circumstances = {
        "caller_arn": "arn:aws:iam::111122223333:user/x", "partition": "aws", "service": "ec2",
        "operation": "DescribeVolumes", "started": "2026-11-23T20:08:06Z", "ended": "2026-11-23T20:08:07Z",
        "aws_date": None, "request_ids": [], "attempts": 1,
    }  # fmt: skip
    assert of_index(lambda _, entry: entry.update(circumstances=circumstances)) == ""
    other = {**circumstances, "operation": "DeleteVolume"}
    said = of_index(lambda _, entry: entry.update(circumstances=other))
    assert "operation: ec2:DeleteVolume / ec2:DescribeVolumes" in said
    invented = [{"path": "[0].Volumes[0].VolumeId", "kind": "token", "why": "pattern"}]
    said = of_index(lambda _, entry: entry.update(redactions=invented))
    assert "redaction [0].Volumes[0].VolumeId: token / nothing is masked there" in said
    assert "audit, demo: a demo / no demo" in of_index(lambda header, _: header.update(demo=False))


def test_a_masked_place_is_found_where_the_log_says() -> None:
    marker = "[redacted:token:0123456789abcdef]"
    pages = [{"A": [{"B": f"x {marker}"}, marker.encode()], marker: 1, "C": ["plain", b"plain", 1]}]
    assert set(_masked(pages, "")) == {"[0].A[0].B", "[0].A[1]", f"[0].{marker}"}


def test_evidence_in_another_form_is_not_judged() -> None:
    """Two readers could read a key that is there twice differently: only the one form that we write is evidence."""
    body = sample.files()[VOLUMES_FILE]
    for other in (body + b"\n", body.replace(b'"Encrypted":true', b'"Encrypted":false,"Encrypted":true', 1)):
        assert f"{VOLUMES_FILE} is not in canonical form" in text(judged(with_pages(other)))


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(codec="utf-8"), max_size=5)
    | st.dates(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.fixed_dictionaries({"Volumes": json_values}), max_size=2))
def test_no_pages_crash_judging(pages: list[Any]) -> None:
    assert judged(with_pages(pages)).state is Judged.DIFFERENT


@settings(deadline=None, max_examples=80)
@given(
    st.sampled_from(["inputs.json", "evidence-index.json", "findings.json", "coverage.json"]),
    st.binary(max_size=30) | json_values.map(canonical.encode),
)
def test_no_json_crashes_judging(path: str, body: bytes) -> None:
    judged({**sample.files(), path: body})


def test_a_check_that_crashes_is_a_discrepancy() -> None:
    import dataclasses

    def crash(row: object) -> object:
        raise RecursionError("deep")

    broken = tuple(dataclasses.replace(check, judge=crash, wants_given=False, none=met("x")) for check in sample.CHECKS)
    assert "status: met / unknown" in text(judged(sample.files(), broken)), "a crash is never a pass"


def test_evidence_that_was_added_taken_away_or_swapped_is_named() -> None:
    files = sample.files()
    assert "EV-AAAAAAAA.json: not in the evidence index" in text(judged({**files, "evidence/EV-AAAAAAAA.json": b"[]"}))
    other = next(path for path in files if path.startswith("evidence/") and path != VOLUMES_FILE)
    assert text(judged({**files, VOLUMES_FILE: files[other], other: files[VOLUMES_FILE]})).count("/ sha256 ") == 2
    del files[VOLUMES_FILE]
    assert "/ missing" in text(judged(files))


@pytest.mark.parametrize(
    "name", ["inputs.json", "evidence-index.json", "findings.json", "coverage.json", "catalog/sources.yaml"]
)
def test_a_missing_file_is_named(name: str) -> None:
    files = sample.files()
    del files[name]
    assert name in text(judged(files))


def test_a_catalog_that_was_changed_is_judged_by_and_named() -> None:
    name = "catalog/domains/07-data.yaml"
    body = sample.files()[name]
    outcome = judged(sample.files(**{name: body.replace(b"primary", b"supporting")}))
    assert "inputs.json, catalog_digest" in text(outcome)
    assert re.search(r"requirement soc2 .*, statement: deviation noted /", text(outcome))
    broken = judged(sample.files(**{name: body + b"more: 1\n"}))
    assert "catalog/domains/07-data.yaml:" in text(broken)


@pytest.mark.parametrize(
    ("steps", "to", "said"),
    [
        (("tool_version",), "0.0.9", "not re-judged: made with srm-docs 0.0.9"),
        (("checks",), lambda ids: ids[:1], "another set of checks"),
    ],
)
def test_another_version_is_no_failure(tmp_path: Path, steps: tuple[Any, ...], to: Any, said: str) -> None:
    files = sample.changed("inputs.json", *steps, to=to)
    report = verify(seal(files, packets=tmp_path, name=sample.NAME).path, checks=sample.CHECKS, calls=sample.CALLS)
    assert report.sound
    assert report.conclusions.state is Judged.NOT_JUDGED
    assert said in " ".join(" ".join(report.lines()).split())


def test_another_build_of_this_version_is_no_failure() -> None:
    def with_set(digest: str) -> str:
        files = sample.changed("inputs.json", "checks", to=[])
        data = {**json.loads(files["inputs.json"]), "check_set": digest}
        files["inputs.json"] = sample.to_bytes(data)
        from srm_docs.verify import rejudge as module

        return module._other_rules(data, (), own=True)

    assert with_set(check_set()) == ""
    assert "another build" in with_set("0" * 64)
    assert re.fullmatch("[0-9a-f]{64}", check_set())


# -- every field ---------------------------------------------------------------------------------------------------

DERIVED = ("findings.json", "coverage.json", "evidence-index.json", "inputs.json", "contents.json", "manifest.json")


def leaves(data: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value that holds no other."""
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    if not inner:
        yield at
    for key, value in inner:
        yield from leaves(value, (*at, key))


def tables(data: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every table."""
    if isinstance(data, dict):
        yield at
    for key, value in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        yield from tables(value, (*at, key))


def forged(name: str, body: bytes) -> dict[str, bytes]:
    """The sample with another body of one file, and every list that speaks of it made anew, as a forger would."""
    if name == "manifest.json":
        made = {**sample.closed(sample.files()), name: body}
        listed = [Listed(**{key: f[key] for key in ("path", "sha256", "size")}) for f in json.loads(body)["files"]]
        return {**made, "SHA256SUMS": manifest.sums(listed, body)}
    made = sample.files(**{name: body})
    if name != "contents.json":
        made["contents.json"] = sample.contents(made)
    return sample.closed(made)


def unseen(name: str, data: Any) -> bool:
    """Whether verify takes a packet with this in place of one of its files for sound."""
    body = canonical.dumps(data) if name == "manifest.json" else sample.to_bytes(data)
    try:
        made = forged(name, body)
    except (KeyError, TypeError, ValueError, AttributeError):
        return False  # nothing that a list could be made from
    found = {path: Found.of(content) for path, content in made.items()}
    lists = {name: made[name] for name in ("manifest.json", "SHA256SUMS", "contents.json")}
    return compare(found, lists) == () and judged(made).state is not Judged.DIFFERENT


SOUND = {name: json.loads(sample.closed(sample.files())[name]) for name in DERIVED}


@pytest.mark.parametrize("name", DERIVED)
def test_the_sample_is_sound_before_it_is_forged(name: str) -> None:
    assert unseen(name, SOUND[name])


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(DERIVED), st.data())
def test_no_value_of_a_derived_file_can_be_forged(name: str, draw: st.DataObject) -> None:
    """All lists may be made anew: what does not follow from the evidence is found all the same."""
    data = copy.deepcopy(SOUND[name])
    if name == "inputs.json":
        del data["audit"]  # what management declares follows from nothing
    *steps, last = draw.draw(st.sampled_from(sorted(leaves(data), key=str)))
    data = copy.deepcopy(SOUND[name])
    inner = data
    for step in steps:
        inner = inner[step]
    if name == "inputs.json" and {*steps, last} & {"tool_version", "checks", "check_set"}:
        return  # another program's packet is not judged again, and said not to be
    before = inner[last]
    inner[last] = {str: f"{before}x", bool: not before, type(None): "x"}.get(type(before), 7)
    assert not unseen(name, data), (steps, last)


@pytest.mark.parametrize("name", DERIVED)
def test_nothing_can_be_added_to_a_derived_file(name: str) -> None:
    places = sorted(tables(SOUND[name]), key=str)
    for place in [(), *places[:: max(1, len(places) // 12)]]:
        data = copy.deepcopy(SOUND[name])
        inner = data
        for step in place:
            inner = inner[step]
        inner["auditor_opinion"] = "unqualified"
        assert not unseen(name, data), place


@pytest.mark.parametrize(
    ("name", "key", "to"),
    [
        ("coverage.json", "completeness", "All 3 planned reads were answered in full."),
        ("coverage.json", "as_read_on", "31 December 2026 23:59 UTC"),
        ("coverage.json", "out_of_scope", "1 account is out of scope by configuration."),
        *[(name, "schema", "srm-docs/other/2") for name in DERIVED],
    ],
)
def test_a_forged_field_is_named(name: str, key: str, to: str) -> None:
    assert not unseen(name, {**SOUND[name], key: to})
    if name != "manifest.json":
        made = forged(name, sample.to_bytes({**SOUND[name], key: to}))
        assert f"{name}, {key}: {to} / {SOUND[name][key] or json.dumps('')}" in text(judged(made))


@pytest.mark.parametrize("name", DERIVED[:-1])
def test_the_same_facts_in_another_form_are_named(name: str) -> None:
    made = forged(name, json.dumps(SOUND[name]).encode())
    assert f"{name}: the same in another form" in text(judged(made))
    body = sample.files()[name]
    twice = body.replace(b'"schema":', b'"schema": "other",\n "schema":', 1)
    assert "key twice" in text(judged(forged(name, twice)))


def test_a_file_too_many_or_too_few_is_named_though_every_list_agrees() -> None:
    for gone in ("soc2-packet.pdf", "responsibility-matrix.xlsx", "iso27001-packet.pdf"):
        files = sample.files()
        del files[gone]
        files["contents.json"] = sample.contents(files)
        assert f"{gone}: no file of the packet" in text(judged(sample.closed(files)))
    for more in ("soc2-opinion.pdf", "run-me.exe", "docs/README.md"):
        files = sample.files(**{more: b"x"})
        files["contents.json"] = sample.contents(files)
        assert f"{more}: a file of the packet" in text(judged(sample.closed(files)))
    files = sample.files(**{"catalog/notes.txt": b"x"})
    files["contents.json"] = sample.contents(files)
    assert "catalog/notes.txt" in text(judged(sample.closed(files)))


@pytest.mark.parametrize("name", ["one", "2026-11-24T200805Z-3f9a7c-7b2e91d0", f"{sample.NAME}0"])
def test_a_packet_named_for_another_snapshot_is_named(name: str) -> None:
    assert f"manifest.json, packet: {name} / {sample.SNAPSHOT}" in text(judged(sample.closed(sample.files(), name)))


def test_a_packet_that_states_what_does_not_follow_is_not_sound(tmp_path: Path) -> None:
    """Its lists were all made anew, so only judging again finds it."""
    files = sample.changed("findings.json", "checks", AT, "status", to="met")
    report = verify(seal(files, packets=tmp_path, name=sample.NAME).path, checks=sample.CHECKS, calls=sample.CALLS)
    assert report.bytes == ()
    assert not report.sound
    lines = report.lines()
    assert max(map(len, lines)) <= 80
    assert "stated   met" in "\n".join(lines)
    assert report.to_data()["conclusions"]["differences"][0]["judged"] == "unmet"


def test_many_differences_of_one_check_are_summed_up() -> None:
    one = {
        "checks": [{"id": "a", **{f"k{n}": 1 for n in range(9)}}],
        "reports": [],
        "responsibilities": [],
        "requirements": [],
        "comparisons": [],
    }
    other = {**one, "checks": [{"id": "a", **{f"k{n}": 2 for n in range(9)}}]}
    found = list(differences("findings.json", one, other))
    assert len(found) == 6
    assert found[-1].stated == "4 more differences"


def test_true_is_not_one() -> None:
    one = {"checks": [{"id": "a", "x": True}], "reports": [], "responsibilities": [], "requirements": []}
    assert list(differences("findings.json", one, {**one, "checks": [{"id": "a", "x": 1}]}))


LOADED = """
import sys
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from srm_docs.verify.open import verify
report = verify(Path(sys.argv[1]))
print(report.sound)
print(*[m for m in ("boto3", "botocore", "jinja2", "moto", "openpyxl", "rich", "weasyprint") if m in sys.modules])
"""


def test_verify_loads_no_aws_no_renderer_and_none_of_the_packets_code(tmp_path: Path) -> None:
    packet = seal(sample.files(), packets=tmp_path, name=sample.NAME).path
    for name in ("yaml.py", "sitecustomize.py", "srm_docs/__init__.py", "catalog/checks.py"):
        (packet / name).parent.mkdir(exist_ok=True)
        (packet / name).write_text("raise SystemExit('code of the packet was run')\n", encoding="ascii")
    command = [sys.executable, "-P", "-c", LOADED, str(packet), str(Path(__file__).parents[1])]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=packet)
    assert (done.returncode, done.stdout) == (0, "False\n\n"), done.stderr
