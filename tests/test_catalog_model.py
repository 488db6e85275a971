"""Look-ups, the digest and the recognition of AWS's reports."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from srm_docs import resources
from srm_docs.catalog.load import digest, files, load, read, read_files
from srm_docs.catalog.model import Catalog, blames_aws
from srm_docs.errors import UsageError


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load(resources.controls())


def test_look_ups_by_id_and_a_near_match_where_there_is_none(catalog: Catalog) -> None:
    assert catalog.responsibility("data.key-usage-policies").text == "Key usage policies"
    assert catalog.requirement("iso27001", "A.8.15").title == "Logging"
    assert catalog.domain("data").number == 7
    assert catalog.report("aws-soc3").kind == "attestation"
    with pytest.raises(UsageError, match=r'did you mean "data\.key-usage-policies"'):
        catalog.responsibility("data.key-usage-policy")
    with pytest.raises(UsageError, match='did you mean "soc2"'):
        catalog.requirement("soc-2", "CC1.1")
    with pytest.raises(UsageError, match="no soc2 requirement"):
        catalog.requirement("soc2", "A.8.15")


def test_links_run_both_ways(catalog: Catalog) -> None:
    forward = {
        (name, link.requirement, b.id)
        for b in catalog.responsibilities
        for name in ("soc2", "iso27001")
        for link in b.links_of(name)
    }
    back = {
        (item.framework, item.id, b.id)
        for item in catalog.requirements()
        for b, _ in catalog.links_to(item.framework, item.id)
    }
    assert forward == back
    assert len(forward) == 430
    assert catalog.links_to("soc2", "CC1.1") == ()


def test_the_catalog_is_the_same_from_a_folder_from_memory_and_from_a_zip(catalog: Catalog, tmp_path: Path) -> None:
    content = files(resources.controls())
    assert read_files(content) == (catalog, ())
    archive = tmp_path / "controls.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for name, data in content:
            packed.writestr(f"catalog/{name}", data)
    with zipfile.ZipFile(archive) as packed:
        assert read(zipfile.Path(packed, "catalog/")) == (catalog, ())


def test_the_digest_is_what_sha256sum_gives_and_any_byte_changes_it(catalog: Catalog, tmp_path: Path) -> None:
    folder = tmp_path / "controls"
    shutil.copytree(str(resources.controls()), folder)
    command = "find * -type f | LC_ALL=C sort | xargs sha256sum | sha256sum"
    by_hand = subprocess.run(command, shell=True, cwd=folder, capture_output=True, check=True, text=True)
    assert by_hand.stdout.split()[0] == catalog.digest == digest(files(folder))
    with (folder / "sources.yaml").open("a") as file:
        file.write("\n")
    assert load(folder).digest != catalog.digest


SOC = {"series": "SOC", "category": "Certifications and Attestations", "company": "AWS"}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"title": "SOC 2 Report", **SOC}, "aws-soc2-type2"),
        ({"title": "System and Organization Controls (SOC) 2 Type II Report", **SOC}, "aws-soc2-type2"),
        ({"title": "Service Organization Controls (SOC) 2 Report - Privacy Type I", **SOC}, None),
        ({"title": "SOC 1 Report", **SOC}, None),
        ({"title": "SOC 3 Report", **SOC}, "aws-soc3"),
        ({"title": "SOC Continued Operations Letter", **SOC}, "aws-soc-col"),
        ({"title": "SOC 2 Continued Operations Letter", **SOC}, "aws-soc-col"),
        ({"title": "SOC 2 Report"}, "aws-soc2-type2"),
        ({"title": "SOC 2 Report", **SOC, "company": "Vendor Inc."}, None),
        ({"title": "SOC 2 Report", **SOC, "series": "PCI"}, None),
        ({"title": "ISO/IEC 27001:2022 Certificate", "series": "ISO"}, "aws-iso27001-cert-soa"),
        ({"title": "ISO 27001:2022 Statement of Applicability (SoA)"}, "aws-iso27001-cert-soa"),
        (
            {"title": "ISO 27017:2015 Certification", "company": "Amazon Web Services"},
            "aws-iso27017-cert-soa",
        ),
        ({"title": "ISO 27018:2019 Certification"}, "aws-iso27018-cert-soa"),
        ({"title": "ISO 270011"}, None),
        ({"title": ""}, None),
    ],
)
def test_a_row_of_artifact_is_recognised_and_a_vendors_is_not(
    catalog: Catalog, row: dict[str, str], expected: str | None
) -> None:
    report = catalog.recognize(**row)
    assert (report and report.id) == expected


@pytest.mark.parametrize(
    ("reason", "blames"),
    [
        ("Handled by AWS", True),
        ("amazon does this", True),
        ("Run by our cloud service provider", True),
        ("Inherited", True),
        ("No development is outsourced", False),
        ("The office has no lawsuits or flaws", False),
    ],
)
def test_a_reason_that_points_at_aws_is_seen(reason: str, blames: bool) -> None:
    assert blames_aws(reason) is blames
