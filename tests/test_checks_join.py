"""A check speaks only of what the customer does: its own responsibilities, and its part of those shared with AWS."""

from __future__ import annotations

from dataclasses import replace

import pytest

from srm_docs import pipeline
from srm_docs.catalog.model import Catalog, Kind, Side
from srm_docs.checks import discover, join

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


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return pipeline.catalog(pipeline.Config())


def test_the_join_is_sound(catalog: Catalog) -> None:
    assert not join.faults(catalog, CHECKS)


def test_every_shared_responsibility_of_aws_is_tested_on_the_customers_part(catalog: Catalog) -> None:
    shared = {r.id for r in catalog.responsibilities if r.side is Side.AWS and r.kind is Kind.SHARED}
    assert shared == set(SHARED)
    assert shared <= {bullet for check in CHECKS for bullet in check.bullets}


@pytest.mark.parametrize("bullet", ["data.key-management-infrastructure", "physical-infrastructure.customer-na"])
def test_what_the_customer_does_nothing_of_is_refused(catalog: Catalog, bullet: str) -> None:
    wrong = replace(CHECKS[0], bullets=(*CHECKS[0].bullets, bullet))
    (fault,) = join.faults(catalog, (wrong, *CHECKS[1:]))
    assert fault.message == f'the check {wrong.id} names "{bullet}", of which the customer does nothing in AWS'
    assert fault.file.startswith("srm_docs/checks/")
    assert fault.line


@pytest.mark.parametrize("bullet", [*SHARED, "networking.security-groups-nacls"])
def test_a_responsibility_that_no_check_speaks_of_is_named(catalog: Catalog, bullet: str) -> None:
    silent = [check for check in CHECKS if bullet not in check.bullets]
    said = {r.id: r.otherwise for r in catalog.responsibilities}[bullet]
    found = [fault.message for fault in join.faults(catalog, silent)]
    assert any(f'"{bullet}" has neither' in message for message in found) is not bool(said)
