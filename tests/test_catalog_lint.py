"""A tree with mistakes in, every one of them out at once, each with file, line and a near match."""
# ruff: noqa: E501  a case is a line

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from srm_docs import resources
from srm_docs.catalog.load import load, read, read_files
from srm_docs.catalog.model import blames_aws
from srm_docs.errors import CatalogError

DATA = "domains/07-data.yaml"
LOGS = "domains/09-monitoring-logging.yaml"
PHYSICAL = "domains/01-physical-infrastructure.yaml"
SOC2 = "frameworks/soc2.yaml"
ISO = "frameworks/iso27001.yaml"
REPORTS = "aws-reports.yaml"
SOURCES = "sources.yaml"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    folder = tmp_path / "controls"
    shutil.copytree(str(resources.controls()), folder)
    return folder


def change(tree: Path, name: str, old: str, new: str) -> int:
    """Replace the first `old` by `new` and return the line on which `new` begins."""
    file = tree / name
    text = file.read_text(encoding="utf-8")
    assert old in text, f"{name} no longer holds {old!r}"
    at = text.index(old)
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text.count("\n", 0, at) + 1


def faults(tree: Path) -> list[str]:
    catalog, found = read(tree)
    assert (catalog is None) == bool(found)
    return [str(fault) for fault in found]


def test_the_copied_tree_is_clean(tree: Path) -> None:
    assert faults(tree) == []


A51 = "      - id: A.5.1\n"
CASES = [
    ("unknown criterion", DATA, "      P4.2:", "      P4.22:", 0, 'unknown requirement "P4.22" of soc2; did you mean "P4.2"?'),
    ("unknown control", DATA, "      A.5.12:", "      A5.12:", 0, 'unknown requirement "A5.12" of iso27001; did you mean "A.5.12"?'),
    ("criterion under iso", LOGS, "      A.8.15:", "      CC1.1:", 0, 'unknown requirement "CC1.1" of iso27001'),
    ("unknown key", DATA, "    csoc:", "    cosc:", 0, 'unknown key "cosc"; did you mean "csoc"?'),
    ("unknown top key", DATA, "aws_does:", "aws_doe:", 0, 'unknown key "aws_doe"; did you mean "aws_does"?'),
    ("duplicate key", DATA, "    side: aws\n", "    side: aws\n    side: aws\n", 1, 'duplicate key "side"; it is already on line'),
    ("duplicate link", LOGS, "      CC7.3: [", '      CC7.2: [primary, high, "x."]\n      CC7.3: [', 0, 'duplicate key "CC7.2"'),
    ("duplicate id", DATA, "  - id: key-usage-policies", "  - id: encryption-capabilities", 0, 'duplicate id "encryption-capabilities"; it is already on line'),
    ("duplicate requirement", SOC2, "      - id: CC1.2\n", "      - id: CC1.1\n", 0, 'duplicate id "CC1.1"; it is already on line'),
    ("unknown side", DATA, "side: customer", "side: custmer", 0, '"custmer" is not one of aws, customer; did you mean "customer"?'),
    ("unknown kind", DATA, "kind: inherited", "kind: inherit", 0, '"inherit" is not one of inherited, shared'),
    ("unknown strength", DATA, "P4.2: [supporting", "P4.2: [suporting", 0, 'did you mean "supporting"?'),
    ("unknown confidence", DATA, "P4.2: [supporting, high", "P4.2: [supporting, hihg", 0, 'did you mean "high"?'),
    ("link without reason", DATA, "      P4.2: [supporting, high, ", "      P4.2: [supporting, high] # ", 0, "a link wants [strength, confidence, reason]"),
    ("unknown owner", SOC2, "owner: customer", "owner: costumer", 0, 'did you mean "customer"?'),
    ("unknown mode", SOC2, "evidence: manual", "evidence: manul", 0, 'did you mean "manual"?'),
    ("unknown kind of row", SOC2, "kind: criterion", "kind: criteria", 0, '"criteria" is not one of criterion, control, clause'),
    ("unknown report inherited", SOC2, "inherit_from: [aws-soc2-type2]", "inherit_from: [aws-soc2]", 0, 'unknown AWS report "aws-soc2"; did you mean'),
    ("unknown report relied on", DATA, "reports: [aws-soc2-type2,", "reports: [aws-soc2-typ2,", 0, 'unknown AWS report "aws-soc2-typ2"; did you mean "aws-soc2-type2"?'),
    ("text where list", LOGS, "    reports: [aws-soc2-type2, aws-iso27001-cert-soa]", "    reports: aws-soc2-type2", 0, '"reports" wants a list, not text: write [aws-soc2-type2]'),
    ("list where text", DATA, "title: Data", "title: [Data]", 0, '"title" wants text, not a list'),
    ("number where text", DATA, "title: Data", "title: 12", 0, '"title" wants text, not a number'),
    ("yes where text", DATA, "title: Data", "title: yes", 0, '"title" wants text, not yes or no'),
    ("nothing where text", DATA, "title: Data", "title:", 0, '"title" wants text, not nothing'),
    ("table where list", DATA, "responsibilities:\n\n  - id:", "responsibilities:\n  id: x\nothers:\n  - id:", 0, '"responsibilities" wants a list, not keys and values'),
    ("id against file name", DATA, "id: data", "id: dat", 0, 'the id "dat" and the file name "data" must agree'),
    ("bullet without reports", DATA, "    reports:", "    evidence:", 0, 'needs "reports"'),
    ("aws with cuec", DATA, "    csoc:", "    aws_cuec: x\n    csoc:", 0, '"aws_cuec" does not belong to a aws responsibility'),
    ("kind of the other side", DATA, "kind: inherited", "kind: customer", 0, 'kind on the aws side is inherited or shared, not "customer"'),
    ("links on nothing", PHYSICAL, "    kind: not_applicable", '    kind: not_applicable\n    soc2:\n      CC6.4: [primary, low, "x."]', 1, "a responsibility that is not applicable has no links"),
    ("nothing without caveat", PHYSICAL, "    caveat:", "    otherwise:", 0, 'needs "caveat"'),
    ("customer inherits", SOC2, "        evidence: manual\n", "        evidence: manual\n        inherit_from: [aws-soc2-type2]\n", 1, "is the customer's, so nothing is inherited"),
    ("manual without documents", SOC2, "        manual_evidence: [Code", "        third_party: [Code", -1, '"manual_evidence" must name the documents'),
    ("soa blames aws", ISO, A51, A51 + "        exclude: Handled by Amazon\n", 1, '"A.5.1" is excluded because of AWS'),
    ("soa blames inheritance", ISO, A51, A51 + "        exclude: Inherited from the platform\n", 1, '"A.5.1" is excluded because of AWS'),
    ("soa blames the provider", ISO, A51, A51 + "        exclude: Our cloud provider does this\n", 1, '"A.5.1" is excluded because of AWS'),
    ("soa leaves out what aws owns", ISO, "      - id: A.7.1\n", "      - id: A.7.1\n        exclude: There is no office\n", 1, '"A.7.1" is excluded, but what AWS runs'),
    ("clause excluded", ISO, "      - id: clause-4.1\n", "      - id: clause-4.1\n        exclude: Not wanted\n", 1, "a clause cannot be excluded"),
    ("report without phrase", REPORTS, "title_any: [soc 3, soc3]", "title_any: []", 0, '"title_any" must name at least one phrase'),
    ("unknown source kind", SOURCES, "kind: direct", "kind: dirct", 0, 'did you mean "direct"?'),
    ("judgement on nothing", SOURCES, "data.key-usage-policies: [C1.2]", "data.key-usage-policy: [C1.2]", 0, 'did you mean "data.key-usage-policies"?'),
    ("judgement without link", SOURCES, "data.key-usage-policies: [C1.2]", "data.key-usage-policies: [CC1.1]", 0, 'has no link to "CC1.1"'),
    ("judgement but sure", SOURCES, "data.key-usage-policies: [C1.2]", "data.key-usage-policies: [A.8.24]", 0, "its confidence is low"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "old", "new", "below", "words"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_each_mistake_is_told_with_its_file_its_line_and_what_was_meant(
    tree: Path, name: str, old: str, new: str, below: int, words: str
) -> None:
    line = change(tree, name, old, new) + below
    found = faults(tree)
    matching = [text for text in found if words in text]
    assert matching, found
    if below >= 0 and 'needs "' not in words:
        assert matching[0].startswith(f"controls/{name}:{line}: "), found
    else:
        assert matching[0].startswith(f"controls/{name}:"), found


BLAMES = (
    "Handled by AWS", "Amazon's data centers do this", "AmazonRDS does it", "A hyperscaler does it", "Inherited",
    "Our cloud provider does this", "The cloud-service provider does this", "Hosting providers do it",
    "Done by the data-centre operator", "Done by the data center", "A matter of the datacenter's operator",
    "The provider does it", "our provider is certified", "The hosting company has it", "Hosted by our hoster",
    "The infrastructure vendor does it", "The CSP does it", "An IaaS supplier does it", "The platform provider's task",
    "Under the shared responsibility model it is not ours", "The subservice organization does it",
    "Left to the service provider", "Operated by the cloud", "Rests with its providers",
)  # fmt: skip
HOLDS = (
    "No development is outsourced", "The system has no network of its own", "No identity provider is in use",
    "No payment provider is connected", "The company provides no remote work", "Nothing is developed here",
    "No supplier has access", "Hosts run no user software", "Laws on cryptography apply nowhere in the scope",
    "There are no operators on site", "The platform runs without test data",
)  # fmt: skip


@pytest.mark.parametrize(("reason", "blamed"), [*((r, True) for r in BLAMES), *((r, False) for r in HOLDS)])
def test_an_exclusion_may_not_point_at_whoever_runs_the_machines(reason: str, blamed: bool) -> None:
    assert blames_aws(reason) is blamed
    assert blames_aws(reason.upper()) is blamed


def test_a_bullet_without_links_is_told_once_a_framework(tree: Path) -> None:
    text = (tree / PHYSICAL).read_text(encoding="utf-8")
    start, end = text.index("    soc2:"), text.index("  - id: network-hardware")
    (tree / PHYSICAL).write_text(text[:start] + "\n" + text[end:], encoding="utf-8")
    line = text.count("\n", 0, text.index("  - id: data-center-facilities")) + 1
    bullet = '"physical-infrastructure.data-center-facilities"'
    assert faults(tree) == [
        f"controls/{PHYSICAL}:{line}: {bullet} has no ISO 27001 link",
        f"controls/{PHYSICAL}:{line}: {bullet} has no SOC 2 link",
    ]


def test_a_missing_bullet_criterion_and_control_are_counted(tree: Path) -> None:
    for name, first, after in (
        (DATA, "  - id: key-usage-policies", None),
        (SOC2, "      - id: P8.1", None),
        (ISO, "      - id: A.5.37", "  - id: A.6"),
    ):
        text = (tree / name).read_text(encoding="utf-8")
        end = text.index(after) if after else len(text)
        (tree / name).write_text(text[: text.index(first)] + text[end:], encoding="utf-8")
    found = faults(tree)
    assert "controls/domains: there are 18 customer responsibilities, and 17 are here" in found
    assert f"controls/{SOC2}: there are 61 SOC 2 criteria, and 60 are here" in found
    assert f"controls/{ISO}: there are 93 Annex A controls, and 92 are here" in found


def test_a_whole_domain_missing_is_told_by_name_and_number(tree: Path) -> None:
    (tree / DATA).unlink()
    found = faults(tree)
    assert "controls/domains: there are 10 domains, and 9 are here" in found
    assert any(text.startswith("controls/domains/08-identity") and "should be 07" in text for text in found)


def test_a_file_that_is_missing_or_misplaced_is_named(tree: Path) -> None:
    (tree / SOURCES).rename(tree / "source.yaml")
    (tree / "domains" / ".07-data.yaml.swp").write_bytes(b"\x00")
    (tree / "README.md").write_text("welcome")
    assert faults(tree) == [
        'controls/source.yaml: this file has no place here; did you mean "sources.yaml"?',
        "controls/sources.yaml: this file is missing",
    ]


def test_many_mistakes_in_many_files_come_out_at_once_and_in_order(tree: Path) -> None:
    change(tree, DATA, "      P4.2:", "      P4.22:")
    change(tree, DATA, "    csoc:", "    cosc:")
    change(tree, LOGS, "side: aws", "side: asw")
    change(tree, SOC2, "owner: customer", "owner: costumer")
    (tree / PHYSICAL).write_text("a: [\n", encoding="utf-8")
    with pytest.raises(CatalogError) as caught:
        load(tree)
    told = caught.value.faults
    assert list(told) == sorted(told, key=lambda text: text.split(":")[0])
    for words in ("P4.22", "cosc", "asw", "costumer", "not YAML"):
        assert sum(words in text for text in told) >= 1, words
    assert caught.value.message == f"controls/ has {len(told)} faults."
    assert caught.value.exit_code == 3
    assert not any("responsibilities, and" in text for text in told), "an unread file is not also a wrong sum"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b"- a\n- b\n",
        b"just text\n",
        b"null\n",
        b"id: [data]\nresponsibilities: 7\n",
        b"responsibilities: [1, [2], {id: [3], soc2: [4], iso27001: {A.5.1: 5}}]\n",
        b"groups: [{requirements: [{id: {}, offices: 3, inherit_from: [[]]}]}]\nreports: [{match: x}]\n",
        b"a: !!python/name:os.system\n",
        b"a: &a [*a]\n",
    ],
)
@pytest.mark.parametrize("name", [DATA, SOC2, ISO, REPORTS, SOURCES])
def test_whatever_a_file_holds_the_answer_is_faults_of_that_file_and_no_traceback(
    tree: Path, name: str, content: bytes
) -> None:
    (tree / name).write_bytes(content)
    assert any(text.startswith(f"controls/{name}:") for text in faults(tree))


def test_a_missing_folder_is_one_sentence(tmp_path: Path) -> None:
    catalog, found = read(tmp_path / "controls")
    assert catalog is None
    assert [str(fault) for fault in found] == ["controls: the folder cannot be read: no such file or directory"]


def test_no_files_at_all_is_a_list_of_faults() -> None:
    catalog, found = read_files(())
    assert catalog is None
    assert len(found) == 7
