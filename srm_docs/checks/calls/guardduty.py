"""What is asked of Amazon GuardDuty: the detectors, who runs them and which threats stand, as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call

DETECTOR_IDS = Call(
    service="guardduty",
    operation="ListDetectors",
    noun="detector id",
    nouns="detector ids",
    rows="DetectorIds",
    name="value",
)

DETECTORS = Call(
    service="guardduty",
    operation="GetDetector",
    noun="detector",
    nouns="detectors",
    per=DETECTOR_IDS,
    bind={"DetectorId": "value"},
)

SEVERE_THREATS = Call(
    service="guardduty",
    operation="ListFindings",
    variant="severe",
    noun="severe threat that is not archived",
    nouns="severe threats that are not archived",
    rows="FindingIds",
    name="value",
    params={
        "FindingCriteria": {
            "Criterion": {"severity": {"GreaterThanOrEqual": 7}, "service.archived": {"Equals": ["false"]}}
        }
    },
    per=DETECTOR_IDS,
    bind={"DetectorId": "value"},
)

ADMINISTRATOR = Call(
    service="guardduty",
    operation="GetAdministratorAccount",
    noun="detector's administrator account",
    nouns="detectors' administrator accounts",
    per=DETECTOR_IDS,
    bind={"DetectorId": "value"},
)

MEMBERS = Call(
    service="guardduty",
    operation="ListMembers",
    noun="member account of a detector",
    nouns="member accounts of detectors",
    rows="Members",
    name="AccountId",
    params={"OnlyAssociated": "true"},
    per=DETECTOR_IDS,
    bind={"DetectorId": "value"},
    redact=("Members[].Email",),
)
