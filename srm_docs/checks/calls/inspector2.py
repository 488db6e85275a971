"""What is asked of Amazon Inspector: what it scans and which findings stand, as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call

INSPECTOR = Call(
    service="inspector2",
    operation="BatchGetAccountStatus",
    noun="region's Amazon Inspector setting",
    nouns="regions' Amazon Inspector settings",
    rows="accounts",
    name="'Amazon Inspector in this region'",
)

FINDINGS = Call(
    service="inspector2",
    operation="ListFindings",
    variant="active",
    noun="active vulnerability finding",
    nouns="active vulnerability findings",
    rows="findings",
    name="title",
    params={
        "filterCriteria": {
            "findingStatus": [{"comparison": "EQUALS", "value": "ACTIVE"}],
            "severity": [
                {"comparison": "EQUALS", "value": "CRITICAL"},
                {"comparison": "EQUALS", "value": "HIGH"},
            ],
        }
    },
)
