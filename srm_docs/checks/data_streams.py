"""Domain 7, data: data streams of Amazon Kinesis, as checks. Firehose's stand in siem_integration.py."""

from __future__ import annotations

from srm_docs.checks.calls.kinesis import POLICIES, STREAMS
from srm_docs.checks.data import DATA, TRUSTED_ACCOUNTS
from srm_docs.checks.kit import check
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.parameter import Parameter
from srm_docs.checks.resource_policies import who_is_let_in
from srm_docs.checks.row import Given, Row

NO_STREAM = not_applicable("No data stream exists here.")

STREAM_HOURS = Parameter(
    id="stream_retention_hours",
    title="Hours for which data streams keep their records, at least",
    default=168,
    loosest=24,
    unit="hours",
    at_most=False,
)


@check(DATA, each=STREAMS, none=NO_STREAM, severity="high")
def data_streams_are_encrypted(stream: Row) -> Observation:
    """Every data stream encrypts the records it holds.

    A stream carries whatever goes between systems, and keeps it for days.

    Remedy: Turn on server-side encryption of the stream.

    Met:   {EncryptionType: KMS, KeyId: alias/aws/kinesis}
    Unmet: {EncryptionType: NONE}
    Unmet: {StreamName: orders}
    """
    if stream.get("EncryptionType") == "KMS":
        return met(f"Encrypted with {stream.get('KeyId', 'a key of KMS')}.")
    return unmet("Records are not encrypted.")


@check(DATA, each=STREAMS, none=NO_STREAM, severity="low", parameters=[STREAM_HOURS])
def data_streams_keep_their_records(stream: Row, given: Given) -> Observation:
    """Every data stream keeps its records for the agreed number of hours.

    When a reader fails over a weekend, what it missed is lost after the retention period.

    Remedy: Raise the retention period of the stream.

    Met:   {RetentionPeriodHours: 168}
    Unmet: {RetentionPeriodHours: 24}
    """
    hours = stream["RetentionPeriodHours"]
    note = f"Records are kept for {hours} hours."
    return met(note) if hours >= given[STREAM_HOURS] else unmet(note)


@check(
    DATA,
    "identity-access-management.least-privilege",
    each=POLICIES,
    none=NO_STREAM,
    severity="critical",
    parameters=[TRUSTED_ACCOUNTS],
)
def data_streams_let_in_known_accounts(stream: Row, given: Given) -> Observation:
    """The policy of every data stream lets in this account and trusted accounts only.

    Whoever may read the stream gets every record; whoever may write can slip in false ones.

    Remedy: Name known accounts in the stream's policy, or list the account under trusted_accounts.

    Met:   {Policy: "{}"}
    Met:   {Policy: {Statement: [{Effect: Allow, Principal: {AWS: "111122223333"}, Action: "kinesis:GetRecords"}]}}
    Unmet: {Policy: {Statement: [{Effect: Allow, Principal: {AWS: "444455556666"}, Action: "kinesis:GetRecords"}]}}
    """
    return who_is_let_in(stream["Policy"], stream, given)
