"""What is asked of the AWS Well-Architected Tool: workloads and the risks their reviews left, as a call."""

from __future__ import annotations

from srm_docs.checks.call import Call

WORKLOADS = Call(
    service="wellarchitected",
    operation="ListWorkloads",
    noun="reviewed workload",
    nouns="reviewed workloads",
    rows="WorkloadSummaries",
    name="WorkloadName",
    token=("NextToken", "NextToken"),
)
