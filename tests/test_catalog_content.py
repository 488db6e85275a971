"""The catalog that comes with srm-docs: all of the model's words, all ids, all links, and no opinion."""

from __future__ import annotations

import re
import time
from collections import Counter

import pytest

from srm_docs import resources
from srm_docs.catalog.load import load
from srm_docs.catalog.model import (
    Catalog,
    Confidence,
    EvidenceMode,
    Kind,
    Owner,
    RequirementKind,
    Side,
    Strength,
)

SEED = [
    (
        "Physical Infrastructure",
        ["Data center facilities", "Network hardware", "Physical security"],
        ["N/A"],
    ),
    (
        "Hypervisor & Virtualization",
        ["Hypervisor patches", "Host OS hardening"],
        ["VM configuration", "Guest OS hardening"],
    ),
    (
        "Networking",
        ["Physical network", "Network segmentation", "Routing infrastructure"],
        ["VPC configuration", "Security groups & NACLs", "VPN/Direct Connect"],
    ),
    (
        "Infrastructure Security",
        ["Host firewalls", "DDoS protection", "Monitoring & logging"],
        ["Application firewalls (WAF)", "Security group rules"],
    ),
    (
        "Operating System & Runtime",
        ["Patching of managed services OS and runtimes"],
        ["Patch and configure OS on EC2 or self-managed instances"],
    ),
    (
        "Containers & Serverless",
        ["Runtime isolation", "Control plane security"],
        ["Container image security", "Function code and dependencies"],
    ),
    (
        "Data",
        ["Encryption capabilities (KMS, SSE)", "Key management infrastructure"],
        ["Data classification & encryption", "Key usage policies"],
    ),
    (
        "Identity & Access Management",
        ["IAM service availability", "AWS-managed roles"],
        ["IAM user, group, and role policies", "Principle of least privilege"],
    ),
    (
        "Monitoring & Logging",
        ["Capture AWS API calls (CloudTrail)", "Service metrics (CloudWatch)"],
        ["Enable and analyze logs", "Integrate with SIEM"],
    ),
    (
        "Application Security",
        ["Underlying platform security for managed services"],
        ["Secure application code", "Input validation and secrets management"],
    ),
]


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load(resources.controls())


def test_the_ten_domains_hold_the_39_bullets_in_the_models_own_words_and_order(catalog: Catalog) -> None:
    found = [(d.title, [b.text for b in d.aws], [b.text for b in d.customer]) for d in catalog.domains]
    assert found == SEED
    assert [domain.number for domain in catalog.domains] == list(range(1, 11))
    duties = [b for b in catalog.responsibilities if b.kind is not Kind.NOT_APPLICABLE]
    assert Counter(b.side for b in duties) == {Side.AWS: 21, Side.CUSTOMER: 18}


def test_the_one_entry_without_duty_has_its_caveat_and_no_link(catalog: Catalog) -> None:
    (empty,) = [b for b in catalog.responsibilities if b.kind is Kind.NOT_APPLICABLE]
    assert empty.id == "physical-infrastructure.customer-na"
    assert empty.links == ()
    assert empty.caveat is not None
    for word in ("Offices", "devices", "Outposts", "Snow"):
        assert word in empty.caveat


def test_all_430_links_are_carried(catalog: Catalog) -> None:
    links = [link for b in catalog.responsibilities for link in b.links]
    assert Counter(link.confidence for link in links) == {
        Confidence.HIGH: 264,
        Confidence.MEDIUM: 107,
        Confidence.LOW: 59,
    }
    assert sum(len(b.soc2) for b in catalog.responsibilities) == 189
    assert sum(len(b.iso27001) for b in catalog.responsibilities) == 241
    for link in links:
        assert link.because.endswith("."), link
        assert link.because.count(". ") == 0, "one sentence"


def test_both_frameworks_are_whole_and_in_order(catalog: Catalog) -> None:
    soc2 = [item.id for item in catalog.requirements("soc2")]
    sizes = {"CC1": 5, "CC2": 3, "CC3": 4, "CC4": 2, "CC5": 3, "CC6": 8, "CC7": 5, "CC8": 1, "CC9": 2}
    sizes |= {"A1": 3, "C1": 2, "PI1": 5}
    sizes |= {"P1": 1, "P2": 1, "P3": 2, "P4": 3, "P5": 2, "P6": 7, "P7": 1, "P8": 1}
    assert soc2 == [f"{series}.{n}" for series, size in sizes.items() for n in range(1, size + 1)]
    assert len(soc2) == 61
    iso = [item for item in catalog.requirements("iso27001") if item.kind is RequirementKind.CONTROL]
    themes = {"A.5": 37, "A.6": 8, "A.7": 14, "A.8": 34}
    assert [item.id for item in iso] == [f"{t}.{n}" for t, size in themes.items() for n in range(1, size + 1)]
    clauses = [item.id for item in catalog.requirements("iso27001") if item.kind is RequirementKind.CLAUSE]
    assert len(clauses) == 30
    assert clauses[0] == "clause-4.1"
    assert clauses[-1] == "clause-10.2"


def test_what_no_domain_reaches_is_still_there_with_the_documents_it_needs(catalog: Catalog) -> None:
    linked = {
        name: {item.id for item in catalog.requirements(name) if catalog.links_to(name, item.id)}
        for name in ("soc2", "iso27001")
    }
    assert {name: len(ids) for name, ids in linked.items()} == {"soc2": 38, "iso27001": 77}
    for item in catalog.requirements():
        if item.id not in linked[item.framework]:
            assert item.evidence_mode is EvidenceMode.MANUAL, item.id
            assert item.manual_evidence, item.id


def test_owners_and_evidence_do_not_contradict_the_links(catalog: Catalog) -> None:
    soc2, iso = (
        Counter(item.owner for item in catalog.requirements(name) if item.kind is not RequirementKind.CLAUSE)
        for name in ("soc2", "iso27001")
    )
    assert soc2 == {Owner.AWS: 2, Owner.SHARED: 20, Owner.CUSTOMER: 39}
    assert iso == {Owner.AWS: 11, Owner.SHARED: 30, Owner.CUSTOMER: 52}
    for item in catalog.requirements():
        links = catalog.links_to(item.framework, item.id)
        asked = [b for b, link in links if link.strength is Strength.PRIMARY and b.kind is not Kind.INHERITED]
        if item.evidence_mode is EvidenceMode.AUTOMATED:
            assert asked, f"{item.id}: the AWS API alone needs a primary link that it can answer"
        if item.evidence_mode is EvidenceMode.MANUAL:
            assert not asked, f"{item.id}: documents alone, but a primary link can be asked"
        if item.owner is Owner.AWS:
            assert any(b.side is Side.AWS and link.strength is Strength.PRIMARY for b, link in links), item.id


def test_processing_integrity_is_never_inherited_because_awss_report_does_not_cover_it(
    catalog: Catalog,
) -> None:
    rows = [item for item in catalog.requirements("soc2") if item.group == "PI1"]
    assert len(rows) == 5
    assert not any(item.inherit_from or item.owner is not Owner.CUSTOMER for item in rows)


def test_offices_in_scope_bring_the_physical_rows_back_to_the_customer(catalog: Catalog) -> None:
    switched = {item.id for item in catalog.requirements() if item.offices}
    physical = {f"A.7.{n}" for n in (1, 2, 3, 4, 5, 6, 8, 11, 12, 13, 14)}
    assert switched == {"CC6.4", "CC6.5", *physical}
    with_offices = catalog.with_offices()
    assert with_offices.digest == catalog.digest
    for name in ("CC6.4", "CC6.5"):
        row = with_offices.requirement("soc2", name)
        assert row.owner is Owner.SHARED
        assert row.manual_evidence
        assert row.inherit_from == ("aws-soc2-type2",)
    assert not any(item.owner is Owner.AWS for item in with_offices.requirements())
    assert with_offices.requirement("soc2", "CC1.1") == catalog.requirement("soc2", "CC1.1")


def _texts(catalog: Catalog) -> list[tuple[str, str]]:
    """Every sentence of ours that stands beside a criterion or control; ISO's short names are not ours."""
    texts = [(b.id, link.because) for b in catalog.responsibilities for link in b.links]
    for b in catalog.responsibilities:
        texts += [(b.id, text) for text in (b.csoc, b.aws_cuec, b.otherwise, b.caveat, *b.evidence) if text]
    for domain in catalog.domains:
        texts += [(domain.id, domain.aws_does), (domain.id, domain.customer_does)]
    for item in catalog.requirements():
        texts += [(item.id, text) for text in (item.summary, item.owner_because, *item.manual_evidence)]
        if item.kind is not RequirementKind.CONTROL:
            texts.append((item.id, item.title))
        if item.offices:
            texts += [(item.id, text) for text in (item.offices.because, *item.offices.manual_evidence)]
    return texts


OPINION = re.compile(
    r"\b(met|unmet|complia\w+|comply|complies|conform\w*|satisf\w+|pass|passes|passed|fails?|failed|certified"
    r"|effective\w*|adequate\w*|sufficient\w*|ensur\w+|guarantee\w*|assur\w+|no exceptions?|no deviations?"
    r"|in all material respects|fairly|in our opinion)\b",
    re.IGNORECASE,
)
ALLOWED = {
    ("A.7.11", "Keep running when power, cooling or lines fail."),
    ("physical-infrastructure.data-center-facilities", "Backup power and cooling keep the facility running when utilities fail."),  # noqa: E501
    ("networking.physical-network", "Redundant paths keep service running when a link fails."),
    ("clause-7.3", "Make people aware of the policy, their part in it and the effect of not conforming."),
    ("clause-10.2", "Nonconformity and corrective action"),
    ("clause-10.2", "Register of nonconformities with cause, correction and follow-up"),
}  # fmt: skip


def test_no_text_reads_as_an_opinion(catalog: Catalog) -> None:
    found = [pair for pair in _texts(catalog) if OPINION.search(pair[1]) and pair not in ALLOWED]
    assert found == []
    assert OPINION.search("The control is effective"), "the search itself must be able to find"


def test_no_text_is_written_twice_for_one_requirement_and_none_is_a_stub(catalog: Catalog) -> None:
    for item in catalog.requirements():
        assert item.summary != item.title
        assert item.summary.endswith("."), item.id
        assert item.owner_because.endswith("."), item.id
    for domain in catalog.domains:
        assert domain.aws_does.startswith("AWS ")
        assert domain.customer_does.startswith("The customer ")


def test_each_aws_bullet_names_reports_for_both_frameworks(catalog: Catalog) -> None:
    for b in catalog.responsibilities:
        if b.side is Side.AWS:
            assert {"aws-soc2-type2", "aws-iso27001-cert-soa"} <= set(b.reports), b.id


def test_the_limit_of_the_mapping_is_said_and_nine_links_own_up_to_judgement(catalog: Catalog) -> None:
    assert "No practising auditor has reviewed" in catalog.sources.limit
    assert len(catalog.sources.judgement_only) == 9
    assert {source.kind for source in catalog.sources.sources} == {"direct", "corroboration"}


def test_reading_it_all_takes_well_under_a_second() -> None:
    began = time.perf_counter()
    load(resources.controls())
    assert time.perf_counter() - began < 1
