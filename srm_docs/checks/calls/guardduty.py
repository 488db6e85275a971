"""What is asked of Amazon GuardDuty: the detectors, as calls."""

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
