"""Domain 7, data: DynamoDB tables, their keys, their policies and their copies, as checks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from srm_docs.checks.calls.backup_records import PROTECTED
from srm_docs.checks.calls.dynamodb import TABLE_POLICIES, TABLES
from srm_docs.checks.data import DATA, TRUSTED_ACCOUNTS
from srm_docs.checks.data_stores import NO_TABLE
from srm_docs.checks.kit import check
from srm_docs.checks.observation import Observation, met, unmet
from srm_docs.checks.parameter import Parameter
from srm_docs.checks.resource_policies import who_is_let_in
from srm_docs.checks.row import Given, Row

Rows = Sequence[Row]

COPY_DAYS = Parameter(
    id="backup_age_days",
    title="Days since AWS Backup last copied a table, at most",
    default=7,
    loosest=31,
    unit="days",
)


@check(DATA, each=TABLES, none=NO_TABLE)
def tables_are_encrypted_with_a_key_in_kms(table: Row) -> Observation:
    """Every DynamoDB table is encrypted with a key of KMS in an account's sight.

    DynamoDB always encrypts, but with a key of its own nobody can see its use, or withdraw it. AWS leaves the
    description out where its own key is used.

    Remedy: Choose a customer-managed key, or at least aws/dynamodb, for the table.

    Met:   {SSEDescription: {Status: ENABLED, SSEType: KMS}}
    Unmet: {SSEDescription: {Status: DISABLED}}
    Unmet: {TableName: sessions}
    """
    about = table.get("SSEDescription", {})
    if about.get("Status") in {"ENABLED", "UPDATING"}:
        return met(f"Encrypted with {about.get('KMSMasterKeyArn', 'a key of KMS')}.")
    return unmet("A key that DynamoDB owns is used.")


@check(
    DATA,
    "identity-access-management.least-privilege",
    each=TABLE_POLICIES,
    none=NO_TABLE,
    severity="high",
    parameters=[TRUSTED_ACCOUNTS],
)
def tables_let_in_known_accounts(table: Row, given: Given) -> Observation:
    """The policy of every DynamoDB table lets in this account and trusted accounts only.

    An account that nobody listed may be a supplier who has left, or a mistyped number.

    Remedy: Remove the account from the table's policy, or list it under trusted_accounts.

    Met:   absent
    Met:   {Policy: {Statement: [{Effect: Allow, Principal: {AWS: "111122223333"}, Action: "dynamodb:GetItem"}]}}
    Unmet: {Policy: {Statement: [{Effect: Allow, Principal: {AWS: "444455556666"}, Action: "dynamodb:GetItem"}]}}
    """
    return who_is_let_in("" if table.absent else table["Policy"], table, given)


@check(DATA, whole=(TABLES, PROTECTED), none=NO_TABLE, parameters=[COPY_DAYS])
def tables_are_copied_by_aws_backup(tables: Rows, copied: Rows, given: Given) -> Iterator[Observation]:
    """Every DynamoDB table was copied by AWS Backup within the agreed time.

    Point-in-time recovery ends after 35 days and with the table; a copy in a vault does not.

    Remedy: Assign the table to a backup plan.

    Met:
      dynamodb:DescribeTable: [{TableArn: a}]
      backup:ListProtectedResources: [{ResourceArn: a, LastBackupTime: 2025-12-31T02:00:00+00:00}]
    Unmet:
      dynamodb:DescribeTable: [{TableArn: a}]
      backup:ListProtectedResources: [{ResourceArn: a, LastBackupTime: 2025-11-01T02:00:00+00:00}]
    Unmet:
      dynamodb:DescribeTable: [{TableArn: a}]
      backup:ListProtectedResources: []
    Not applicable:
      dynamodb:DescribeTable: []
      backup:ListProtectedResources: [{ResourceArn: a, LastBackupTime: 2025-12-31T02:00:00+00:00}]
    """
    last = {row["ResourceArn"]: row["LastBackupTime"] for row in copied}
    for table in tables:
        if table["TableArn"] not in last:
            yield unmet("AWS Backup has no copy of it.").about(table)
            continue
        days = given.days_since(last[table["TableArn"]])
        note = f"The latest copy is {days} days old."
        yield (met(note) if days <= given[COPY_DAYS] else unmet(note)).about(table)
