"""Domain 8, identity and access: directories of AWS Directory Service, as checks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from srm_docs.checks.calls.ds import DIRECTORIES, LDAPS, LOG_SUBSCRIPTIONS, is_managed
from srm_docs.checks.data import DATA, LOGS
from srm_docs.checks.kit import check
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.row import NotAnswered, Row

IAM = "identity-access-management.iam-policies"

_WITH_MFA = ("ADConnector", "MicrosoftAD")

Rows = Sequence[Row]


@check(
    IAM,
    each=DIRECTORIES,
    none=not_applicable("No directory that can ask for a second factor exists here."),
    severity="high",
)
def directories_ask_for_a_second_factor(directory: Row) -> Observation:
    """Every directory that can do so asks for a second factor, by a RADIUS server that answers.

    A stolen password otherwise opens desktops and applications that trust the directory. Simple AD cannot ask, and a
    shared directory is set by its owner.

    Remedy: Connect the directory to a RADIUS server, and mend the connection where it failed.

    Met:   {Type: MicrosoftAD, RadiusStatus: Completed}
    Unmet: {Type: ADConnector, RadiusStatus: Failed}
    Unmet: {Type: MicrosoftAD}
    Not applicable: {Type: SimpleAD}
    """
    if directory["Type"] not in _WITH_MFA:
        return not_applicable("This kind of directory cannot be told to ask.")
    status = directory.get("RadiusStatus", "missing")
    return met("The RADIUS server answers.") if status == "Completed" else unmet(f"RADIUS is {status.lower()}.")


@check(
    LOGS, whole=(DIRECTORIES, LOG_SUBSCRIPTIONS), none=not_applicable("No directory that can send logs exists here.")
)
def directories_send_their_logs_on(directories: Rows, subscriptions: Rows) -> Iterator[Observation]:
    """Every managed directory sends the security log of its domain controllers to CloudWatch.

    Failed sign-ins and changes of groups show nowhere else that the customer can see.

    Remedy: Turn on log forwarding of the directory.

    Met:
      ds:DescribeDirectories: [{Type: MicrosoftAD, DirectoryId: d-1}, {Type: SimpleAD, DirectoryId: d-2}]
      ds:ListLogSubscriptions: [{DirectoryId: d-1, LogGroupName: /directory}]
    Unmet:
      ds:DescribeDirectories: [{Type: MicrosoftAD, DirectoryId: d-1}]
      ds:ListLogSubscriptions: []
    Not applicable:
      ds:DescribeDirectories: [{Type: ADConnector, DirectoryId: d-1}]
      ds:ListLogSubscriptions: []
    """
    groups = {row["DirectoryId"]: row["LogGroupName"] for row in subscriptions}
    for directory in directories:
        group = groups.get(directory["DirectoryId"])
        if not is_managed(directory):
            yield not_applicable("Only AWS Managed Microsoft AD sends logs.").about(directory)
        elif group:
            yield met(f"Sent to {group}.").about(directory)
        else:
            yield unmet("Logs are sent nowhere.").about(directory)


@check(DATA, whole=(DIRECTORIES, LDAPS), none=not_applicable("No directory that serves LDAPS exists here."))
def directories_encrypt_ldap(directories: Rows, settings: Rows) -> Iterator[Observation]:
    """Every managed directory encrypts LDAP as a client of other directories.

    Names, groups and passwords travel in the clear otherwise.

    Remedy: Register the certificate authority's certificate, and turn on client-side LDAPS.

    Met:
      ds:DescribeDirectories: [{Type: MicrosoftAD, DirectoryId: d-1}]
      ds:DescribeLDAPSSettings: [{_parent: {DirectoryId: d-1}, LDAPSStatus: Enabled}]
    Unmet:
      ds:DescribeDirectories: [{Type: MicrosoftAD, DirectoryId: d-1}]
      ds:DescribeLDAPSSettings: [{_parent: {DirectoryId: d-1}, LDAPSStatus: Disabled}]
    Unmet:
      ds:DescribeDirectories: [{Type: MicrosoftAD, DirectoryId: d-1}]
      ds:DescribeLDAPSSettings: []
    Not applicable:
      ds:DescribeDirectories: [{Type: SimpleAD, DirectoryId: d-1}]
      ds:DescribeLDAPSSettings: []
    """
    on = {_directory(setting) for setting in settings if setting["LDAPSStatus"] == "Enabled"}
    for directory in directories:
        if not is_managed(directory):
            yield not_applicable("Only AWS Managed Microsoft AD serves LDAPS.").about(directory)
        elif directory["DirectoryId"] in on:
            yield met("LDAPS is on.").about(directory)
        else:
            yield unmet("LDAPS is off.").about(directory)


def _directory(setting: Row) -> str:
    if setting.parent is None:
        raise NotAnswered("the directory of a setting")
    return str(setting.parent["DirectoryId"])
