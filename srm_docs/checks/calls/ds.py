"""What is asked of AWS Directory Service: directories, where their logs go and whether LDAP is encrypted, as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call
from srm_docs.checks.row import Row

_SHARED = "DirectoryDescriptions[].OwnerDirectoryDescription.RadiusSettings.SharedSecret"

DIRECTORIES = Call(
    service="ds",
    operation="DescribeDirectories",
    noun="directory",
    nouns="directories",
    rows="DirectoryDescriptions",
    name="Name",
    redact=(
        "DirectoryDescriptions[].RadiusSettings.SharedSecret",
        _SHARED,
        "DirectoryDescriptions[].ShareNotes",
    ),
)

LOG_SUBSCRIPTIONS = Call(
    service="ds",
    operation="ListLogSubscriptions",
    noun="directory's log subscription",
    nouns="directories' log subscriptions",
    rows="LogSubscriptions",
    name="DirectoryId",
)


def is_managed(directory: Row) -> bool:
    """Whether it is AWS Managed Microsoft AD of this account: the kind that forwards logs and serves LDAPS."""
    return bool(directory.get("Type") == "MicrosoftAD")


LDAPS = Call(
    service="ds",
    operation="DescribeLDAPSSettings",
    noun="directory's encrypted LDAP",
    nouns="directories' encrypted LDAP",
    rows="LDAPSSettingsInfo",
    params={"Type": "Client"},
    per=DIRECTORIES,
    bind={"DirectoryId": "DirectoryId"},
    when=is_managed,
)
