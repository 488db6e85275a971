"""Domain 9, monitoring and logging: what detection watches, who runs it, and what is done with what it finds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from srm_docs.checks.calls.config import RULES
from srm_docs.checks.calls.guardduty import ADMINISTRATOR, DETECTORS, MEMBERS, SEVERE_THREATS
from srm_docs.checks.calls.securityhub import STANDARDS
from srm_docs.checks.kit import Check, check
from srm_docs.checks.monitoring_logging import LOGS
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.row import Row

Rows = tuple[Row, ...]

SIEM = "monitoring-logging.siem-integration"
GUEST = "hypervisor-virtualization.guest-os-hardening"
OFF = unmet("GuardDuty is not enabled here.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A protection plan of GuardDuty: the check's id, title and reason, and the names of the feature that serve it."""

    id: str
    title: str
    reason: str
    features: tuple[str, ...]
    bullets: tuple[str, ...] = ()


PLANS = (
    Plan(
        id="guardduty_watches_clusters",
        title="Amazon GuardDuty watches the audit logs of EKS clusters in this region.",
        reason="What happens inside a cluster shows in no record of AWS's own.",
        features=("EKS_AUDIT_LOGS",),
        bullets=("containers-serverless.control-plane-security",),
    ),
    Plan(
        id="guardduty_watches_databases",
        title="Amazon GuardDuty watches sign-ins to databases in this region.",
        reason="Guessed database passwords show in no record of AWS's own.",
        features=("RDS_LOGIN_EVENTS",),
    ),
    Plan(
        id="guardduty_watches_functions",
        title="Amazon GuardDuty watches the network traffic of Lambda functions in this region.",
        reason="A function that was taken over calls home.",
        features=("LAMBDA_NETWORK_LOGS",),
        bullets=("containers-serverless.function-code-dependencies",),
    ),
    Plan(
        id="guardduty_looks_for_malware_on_volumes",
        title="Amazon GuardDuty looks for malware on the volumes of suspicious instances in this region.",
        reason="It needs no agent, and looks where the operating system may already be deceived.",
        features=("EBS_MALWARE_PROTECTION",),
        bullets=(GUEST,),
    ),
    Plan(
        id="guardduty_watches_running_workloads",
        title="Amazon GuardDuty watches what runs on instances and in containers in this region.",
        reason="Processes and files tell of an intrusion before its traffic does.",
        features=("RUNTIME_MONITORING", "EKS_RUNTIME_MONITORING"),
        bullets=(GUEST,),
    ),
)


def _watched(plan: Plan, detector: Row) -> Observation:
    on = {f["Name"] for f in detector["Features"] if f["Status"] == "ENABLED"}
    if on.intersection(plan.features):
        return met("The protection plan is on.")
    return unmet("The protection plan is off.")


def _check_of(plan: Plan) -> Check:
    def judge(detector: Row) -> Observation:
        return _watched(plan, detector)

    feature = plan.features[0]
    examples = (
        f"Met:   {{Features: [{{Name: DNS_LOGS, Status: DISABLED}}, {{Name: {feature}, Status: ENABLED}}]}}\n"
        f"Unmet: {{Features: [{{Name: DNS_LOGS, Status: ENABLED}}, {{Name: {feature}, Status: DISABLED}}]}}\n"
        "Unmet: {Features: [{Name: DNS_LOGS, Status: ENABLED}]}\n"
    )
    remedy = f"Remedy: Turn on the feature {feature} of the detector, or record why nothing here needs it."
    judge.__name__ = plan.id
    judge.__doc__ = f"{plan.title}\n\n{plan.reason}\n\n{remedy}\n\n{examples}"
    return check(LOGS, *plan.bullets, some=DETECTORS, none=OFF)(judge)


CHECKS = tuple(_check_of(plan) for plan in PLANS)
"""Found by `discover` like checks that stand alone."""


@check(
    LOGS,
    SIEM,
    whole=(DETECTORS, SEVERE_THREATS),
    counts=("detector or open severe threat", "detectors and open severe threats"),
    none=OFF,
    severity="high",
)
def severe_threats_are_dealt_with(detectors: Rows, threats: Rows) -> Iterator[Observation]:
    """No threat that GuardDuty holds to be severe stands open: each was dealt with, then archived.

    A finding that stays open for months teaches people to look away.

    Remedy: Follow the playbook for the type of finding, then archive it.

    Met:
      guardduty:GetDetector: [{Status: ENABLED}]
      guardduty:ListFindings#severe: []
    Unmet:
      guardduty:GetDetector: [{Status: ENABLED}]
      guardduty:ListFindings#severe: [{value: 16afba5c5c43e07c9e3e5e2e544e95df}]
    """
    for threat in threats:
        yield unmet("The finding is severe and is not archived.").about(threat)
    for detector in detectors:
        yield met("All findings of this detector were read.").about(detector)


@check(LOGS, SIEM, whole=(ADMINISTRATOR, MEMBERS), none=OFF)
def guardduty_is_run_from_one_account(administrators: Rows, members: Rows) -> Iterator[Observation]:
    """GuardDuty is run for all accounts from one: this account has an administrator, or is one.

    What each account sees for itself, its own intruder can switch off.

    Remedy: Name a delegated administrator for GuardDuty in the organization, and let it enrol every account.

    Met:
      guardduty:GetAdministratorAccount: [{Administrator: {AccountId: "222233334444", RelationshipStatus: Enabled}}]
      guardduty:ListMembers: []
    Met:
      guardduty:GetAdministratorAccount: [{}]
      guardduty:ListMembers: [{AccountId: "222233334444", RelationshipStatus: Enabled}]
    Unmet:
      guardduty:GetAdministratorAccount: [{}]
      guardduty:ListMembers: [{AccountId: "222233334444", RelationshipStatus: Removed}]
    Unmet:
      guardduty:GetAdministratorAccount: [{Administrator: {AccountId: "222233334444", RelationshipStatus: Resigned}}]
      guardduty:ListMembers: []
    """
    enrolled = [member for member in members if member["RelationshipStatus"] == "Enabled"]
    for detector in administrators:
        if detector.get("Administrator", {}).get("RelationshipStatus") == "Enabled":
            yield met(f"Account {detector.at('Administrator.AccountId')} runs the detector.").about(detector)
        elif enrolled:
            yield met(f"The detector runs those of {len(enrolled)} other accounts.").about(detector)
        else:
            yield unmet("The detector has neither an administrator nor members.").about(detector)


@check(LOGS, some=STANDARDS, none=unmet("Security Hub checks no standard here."))
def security_standards_are_enabled(standard: Row) -> Observation:
    """Security Hub checks at least one security standard in this region.

    Without a standard it only gathers what others find.

    Remedy: Enable the AWS Foundational Security Best Practices or the CIS benchmark in Security Hub.

    Met:   {StandardsStatus: READY}
    Met:   {StandardsStatus: INCOMPLETE}
    Unmet: {StandardsStatus: FAILED}
    """
    state = standard["StandardsStatus"]
    if state in {"READY", "INCOMPLETE"}:
        return met(f"The standard's status is {state}.")
    return unmet(f"The standard's status is {state}.")


_RULES = dict.fromkeys(("INSUFFICIENT_DATA", "NOT_APPLICABLE"), not_applicable("The rule has judged no resource."))
"""What is said of a rule by the kinds of compliance that are neither good nor bad."""


@check(
    LOGS,
    "hypervisor-virtualization.vm-configuration",
    each=RULES,
    none=unmet("No rule of AWS Config has judged a resource here."),
)
def configuration_rules_hold(rule: Row) -> Observation:
    """Every rule of AWS Config finds the resources that it judges as they should be.

    Rules that are broken for long are rules that nobody keeps.

    Remedy: Mend the resources that the rule lists, or record the exception.

    Met:   {ConfigRuleName: encrypted-volumes, Compliance: {ComplianceType: COMPLIANT}}
    Unmet: {ConfigRuleName: encrypted-volumes, Compliance: {ComplianceType: NON_COMPLIANT}}
    Unmet: {ConfigRuleName: encrypted-volumes, Compliance: {ComplianceType: INSUFFICIENT_DATA}}
    """
    state = rule.at("Compliance.ComplianceType")
    if state == "COMPLIANT":
        return met("Every resource that the rule judges is as it should be.")
    return _RULES.get(state, unmet("The rule finds resources that are not as they should be."))
