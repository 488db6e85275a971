"""What is asked of Amazon Macie: whether it is on, as a call."""

from __future__ import annotations

from srm_docs.checks.call import Call

# AWS answers AccessDenied both where Macie is off and where the question is not allowed: its words tell which.
MACIE = Call(
    service="macie2",
    operation="GetMacieSession",
    noun="Macie session",
    nouns="Macie sessions",
    absent=("ResourceNotFoundException", "AccessDeniedException: Macie is not enabled"),
)
