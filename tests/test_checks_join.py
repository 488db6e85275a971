"""A check speaks only of what the customer does: its own responsibilities, and its part of those shared with AWS.

Every fault of the join is named with its file and line, also where the catalog has faults of its own.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from srm_docs import pipeline, resources
from srm_docs.catalog.bullets import Bullets
from srm_docs.catalog.load import survey
from srm_docs.catalog.model import Catalog, EvidenceMode, Kind, Side, Strength
from srm_docs.checks import discover, join
from srm_docs.checks.kit import Check, check
from srm_docs.checks.observation import Observation, met
from srm_docs.checks.row import Row
from srm_docs.config import Config
from srm_docs.sourcefile import Fault
from tests.small_estate import VOLUMES

CHECKS = discover.checks()
SHARED = (
    "containers-serverless.control-plane-security",
    "data.encryption-capabilities",
    "identity-access-management.aws-managed-roles",
    "infrastructure-security.ddos-protection",
    "monitoring-logging.cloudtrail-api-capture",
    "monitoring-logging.cloudwatch-service-metrics",
    "operating-system-runtime.managed-service-patching",
)
DATA = "domains/07-data.yaml"


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return pipeline.catalog(Config())


@pytest.fixture(scope="module")
def bullets() -> Bullets:
    return survey(resources.controls()).bullets


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    folder = tmp_path / "controls"
    shutil.copytree(str(resources.controls()), folder)
    return folder


def with_check(monkeypatch: pytest.MonkeyPatch, *names: str) -> Check:
    """Put a check among the others whose responsibilities are `names`."""
    wrong = replace(CHECKS[0], id="a_check_of_nothing", bullets=names)
    monkeypatch.setattr(discover, "checks", lambda: (*CHECKS, wrong))
    return wrong


def told(tree: Path) -> list[Fault]:
    return list(pipeline.lint(tree)[1])


def line_of(file: Path, words: str) -> int:
    text = file.read_text(encoding="utf-8")
    return text.count("\n", 0, text.index(words)) + 1


def test_the_join_is_sound(bullets: Bullets) -> None:
    assert len(bullets.found) == 40
    assert len(bullets.domains) == 10
    assert not bullets.unread
    assert not join.faults(bullets, CHECKS)


def test_every_shared_responsibility_of_aws_is_tested_on_the_customers_part(catalog: Catalog) -> None:
    shared = {r.id for r in catalog.responsibilities if r.side is Side.AWS and r.kind is Kind.SHARED}
    assert shared == set(SHARED)
    assert shared <= {bullet for check in CHECKS for bullet in check.bullets}


@pytest.mark.parametrize("bullet", ["data.key-management-infrastructure", "physical-infrastructure.customer-na"])
def test_what_the_customer_does_nothing_of_is_refused(bullets: Bullets, bullet: str) -> None:
    wrong = replace(CHECKS[0], bullets=(*CHECKS[0].bullets, bullet))
    (fault,) = join.faults(bullets, (wrong, *CHECKS[1:]))
    assert fault.message == f'the check {wrong.id} names "{bullet}", of which the customer does nothing in AWS'
    assert fault.file.startswith("srm_docs/checks/")
    assert fault.line == wrong.judge.__code__.co_firstlineno


@pytest.mark.parametrize("bullet", [*SHARED, "networking.security-groups-nacls"])
def test_a_responsibility_that_no_check_speaks_of_is_named_at_its_line(
    catalog: Catalog, bullets: Bullets, bullet: str
) -> None:
    silent = [replace(check, bullets=tuple(b for b in check.bullets if b != bullet)) for check in CHECKS]
    silent = [check for check in silent if check.bullets]
    said = {r.id: r.otherwise for r in catalog.responsibilities}[bullet]
    assert not said
    (fault,) = join.faults(bullets, silent)
    assert fault.message.startswith(f'"{bullet}" has neither a check nor `otherwise:`')
    file = Path(str(resources.controls())).parent / fault.file
    assert file.name.endswith(f"-{bullet.partition('.')[0]}.yaml")
    assert fault.line == line_of(file, f"- id: {bullet.partition('.')[2]}\n")


def test_a_word_on_how_else_it_is_evidenced_is_enough(catalog: Catalog, bullets: Bullets) -> None:
    other = "networking.vpn-direct-connect"
    assert {r.id: r.otherwise for r in catalog.responsibilities}[other]
    silent = [check for check in CHECKS if other not in check.bullets]
    assert not [fault for fault in join.faults(bullets, silent) if other in fault.message]


def test_a_check_without_a_responsibility_is_a_fault_of_its_file_and_no_traceback(bullets: Bullets) -> None:
    @check(each=VOLUMES, none=met("None."))
    def volumes_of_nobody(volume: Row) -> Observation:
        """Every volume exists.

        Otherwise there is none.

        Remedy: Make one.
        """
        return met(str(volume))

    (fault,) = join.faults(bullets, (*CHECKS, volumes_of_nobody))
    assert fault.message == "the check volumes_of_nobody names no responsibility: give it at least one"
    assert fault.line == volumes_of_nobody.judge.__code__.co_firstlineno


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ((), "names no responsibility: give it at least one"),
        (("data.key-usage-polices",), 'names an unknown responsibility: "data.key-usage-polices"; did you mean "data.'),
        (("dat.key-usage-policies",), 'names an unknown responsibility: "dat.key-usage-policies"; did you mean "data.'),
        (("data.key-usage-policies", "data.key-usage-policies"), 'names "data.key-usage-policies" twice'),
    ],
)
def test_lint_names_the_check(monkeypatch: pytest.MonkeyPatch, tree: Path, names: tuple[str, ...], words: str) -> None:
    wrong = with_check(monkeypatch, *names)
    (fault,) = told(tree)
    assert words in fault.message
    assert fault.message.startswith(f"the check {wrong.id} ")
    assert (fault.file, fault.line) == (
        "srm_docs/checks/" + Path(wrong.judge.__code__.co_filename).name,
        wrong.judge.__code__.co_firstlineno,
    )


def test_faults_of_the_catalog_hide_none_of_the_join(monkeypatch: pytest.MonkeyPatch, tree: Path) -> None:
    with_check(monkeypatch, "data.nothing")
    file = tree / DATA
    file.write_text(file.read_text(encoding="utf-8").replace("    csoc:", "    cosc:", 1), encoding="utf-8")
    messages = [fault.message for fault in told(tree)]
    assert any('unknown key "cosc"' in message for message in messages)
    assert any('names an unknown responsibility: "data.nothing"' in message for message in messages)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("id: data\n", "id: [\n"),  # the file cannot be parsed
        ("responsibilities:\n", "responsibilitys:\n"),
        ("  - id: key-usage-policies", "  - idd: key-usage-policies"),
        ("kind: inherited", "kind: inherit"),
        ("kind: shared", "kind: sharde"),
        ("side: aws", "side: asw"),
    ],
)
def test_one_mistake_in_a_domain_is_no_fault_of_another_file(tree: Path, old: str, new: str) -> None:
    file = tree / DATA
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    found = told(tree)
    assert found
    assert {fault.file for fault in found} == {f"controls/{DATA}"}, found
    assert not any("neither a check" in fault.message for fault in found)


def test_a_domain_file_that_cannot_be_opened_is_the_one_that_is_named(tree: Path) -> None:
    (tree / DATA).unlink()
    (tree / DATA).symlink_to(tree / "nowhere")
    assert [str(fault) for fault in told(tree)] == [
        f"controls/{DATA}: the file cannot be read: no such file or directory"
    ]


def test_a_missing_domain_is_no_fault_of_the_checks(tree: Path) -> None:
    (tree / DATA).unlink()
    assert not [fault for fault in told(tree) if fault.file.startswith("srm_docs/")]
    assert any("there are 10 domains, and 9 are here" in fault.message for fault in told(tree))


def test_a_framework_whose_groups_cannot_be_read_is_told_once(tree: Path) -> None:
    file = tree / "frameworks/soc2.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("groups:\n", "group:\n", 1), encoding="utf-8")
    assert {fault.file for fault in told(tree)} == {"controls/frameworks/soc2.yaml"}


def test_the_evidence_mode_of_a_requirement_follows_what_checks_reach(catalog: Catalog) -> None:
    """docs/decisions/0009: automated, hybrid and manual are no promises that no check keeps."""
    tested = {bullet for check in CHECKS for bullet in check.bullets}
    for requirement in catalog.requirements():
        links = catalog.links_to(requirement.framework, requirement.id)
        reached = {link.strength for bullet, link in links if bullet.id in tested}
        if requirement.evidence_mode is EvidenceMode.AUTOMATED:
            assert Strength.PRIMARY in reached, requirement.id
        elif requirement.evidence_mode is EvidenceMode.HYBRID:
            assert reached, requirement.id
        elif requirement.evidence_mode is EvidenceMode.MANUAL:
            assert Strength.PRIMARY not in reached, requirement.id
