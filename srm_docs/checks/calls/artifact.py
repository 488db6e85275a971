"""What is asked of AWS Artifact: which of AWS's own reports are available, as a call."""

from __future__ import annotations

from srm_docs.checks.call import Call
from srm_docs.checks.place import Scope

# Metadata only. GetTermForReport with GetReport would accept terms in the organization's name: never asked.
REPORTS = Call(
    service="artifact",
    operation="ListReports",
    noun="AWS report",
    nouns="AWS reports",
    rows="reports",
    name="name",
    scope=Scope.ACCOUNT,
    exhibit="Which reports on AWS's side of the model are available in AWS Artifact, and the period that each covers.",
)
