"""Domain 7, data: who can reach buckets, and how they are encrypted, kept and classified, as checks."""

from __future__ import annotations

from collections.abc import Iterator

from srm_docs.checks.calls.s3 import (
    BUCKET_ACL,
    BUCKET_BLOCK,
    BUCKET_ENCRYPTION,
    BUCKET_LOGGING,
    BUCKET_POLICY,
    BUCKET_POLICY_STATUS,
    BUCKET_TAGS,
    BUCKET_VERSIONING,
)
from srm_docs.checks.calls.s3control import ACCOUNT_BLOCK
from srm_docs.checks.kit import check
from srm_docs.checks.observation import Observation, met, not_applicable, unknown, unmet
from srm_docs.checks.parameter import Parameter
from srm_docs.checks.policy_document import read
from srm_docs.checks.policy_judgement import named_accounts, refuses_plain_http
from srm_docs.checks.row import Given, Row

DATA = "data.data-classification-encryption"
CAPABILITIES = "data.encryption-capabilities"
LOGS = "monitoring-logging.enable-analyze-logs"
LEAST_PRIVILEGE = "identity-access-management.least-privilege"

NO_BUCKET = not_applicable("The account has no bucket.")

CLASSIFICATION_TAGS = Parameter(
    id="classification_tags",
    title="Tag keys of which one states a resource's data classification (capitals do not matter)",
    default=("data-classification", "dataclassification", "classification"),
)

TRUSTED_ACCOUNTS = Parameter(
    id="trusted_accounts",
    title="Ids of other accounts that policies may let in",
    default=(),
)


def known_accounts(row: Row, given: Given) -> set[str]:
    """Accounts that a policy may name: its own, those that were to be read with it, and those on the list."""
    return {row.place.account, *given.accounts, *given[TRUSTED_ACCOUNTS]}


_FLAGS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
_ANYONE = ("/global/AllUsers", "/global/AuthenticatedUsers")


def blocked(block: Row) -> frozenset[str]:
    """Which of the four public access settings are on."""
    settings = {} if block.absent else block["PublicAccessBlockConfiguration"]
    return frozenset(flag for flag in _FLAGS if settings.get(flag))


@check(DATA, CAPABILITIES, each=BUCKET_ENCRYPTION, none=NO_BUCKET, severity="high")
def buckets_encrypt_by_default(bucket: Row) -> Observation:
    """Every bucket encrypts new objects by default.

    An object that an application stores without asking for encryption is then encrypted all the same.

    Remedy: Set a default encryption (SSE-S3, or SSE-KMS with a key of your own for confidential data) on the bucket.

    Met:
      {ServerSideEncryptionConfiguration: {Rules: [{ApplyServerSideEncryptionByDefault: {SSEAlgorithm: "aws:kms"}}]}}
    Unmet: absent
    """
    if bucket.absent:
        return unmet("No default encryption is set.")
    path = "ServerSideEncryptionConfiguration.Rules[0].ApplyServerSideEncryptionByDefault.SSEAlgorithm"
    return met(f"New objects are encrypted with {bucket.at(path)}.")


@check(DATA, each=BUCKET_POLICY, none=NO_BUCKET)
def buckets_refuse_plain_http(bucket: Row) -> Observation:
    """Every bucket refuses requests that are not encrypted in transit.

    S3 answers over plain HTTP unless a bucket policy denies it.

    Remedy: Deny s3:* on the bucket and its objects to everyone where aws:SecureTransport is false.

    Met:
      _name: papers
      Policy:
        Statement:
        - {Effect: Deny, Principal: "*", Action: "s3:*", Resource: ["arn:aws:s3:::papers", "arn:aws:s3:::papers/*"],
           Condition: {Bool: {"aws:SecureTransport": "false"}}}
    Unmet:
      _name: papers
      Policy: {Statement: [{Effect: Allow, Principal: {AWS: "111122223333"}, Action: "s3:*", Resource: "*"}]}
    Unmet: absent
    """
    if bucket.absent:
        return unmet("The bucket has no policy, so plain HTTP is answered.")
    if refuses_plain_http(read(bucket["Policy"]), bucket.name):
        return met("The bucket policy denies unencrypted requests.")
    return unmet("No statement of the bucket policy denies every unencrypted request.")


@check(DATA, whole=(BUCKET_BLOCK, ACCOUNT_BLOCK), none=NO_BUCKET, severity="critical")
def buckets_block_public_access(buckets: tuple[Row, ...], account: tuple[Row, ...]) -> Iterator[Observation]:
    """Every bucket blocks public access, by its own settings and the account's together.

    With all four settings in force, no policy or access control list can make an object public by mistake.

    Remedy: Turn on all four public access block settings, best for the whole account.

    Met:
      s3:GetPublicAccessBlock:
      - {PublicAccessBlockConfiguration: {BlockPublicAcls: true, IgnorePublicAcls: true}}
      s3control:GetPublicAccessBlock:
      - {PublicAccessBlockConfiguration: {BlockPublicPolicy: true, RestrictPublicBuckets: true}}
    Met:
      s3:GetPublicAccessBlock: [absent]
      s3control:GetPublicAccessBlock:
      - {PublicAccessBlockConfiguration:
          {BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true}}
    Unmet:
      s3:GetPublicAccessBlock:
      - {PublicAccessBlockConfiguration: {BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true}}
      s3control:GetPublicAccessBlock: [absent]
    Not applicable:
      s3:GetPublicAccessBlock: []
      s3control:GetPublicAccessBlock: [absent]
    """
    for_all = frozenset[str]().union(*map(blocked, account))
    for bucket in buckets:
        missing = sorted({*_FLAGS} - blocked(bucket) - for_all)
        said = unmet(f"Not in force: {', '.join(missing)}.") if missing else met("All four settings are in force.")
        yield said.about(bucket)


@check(
    DATA,
    each=ACCOUNT_BLOCK,
    none=unknown("AWS did not say which account this is, so its public access block was not asked for."),
    severity="high",
)
def account_blocks_public_access(account: Row) -> Observation:
    """The account as a whole blocks public access to its buckets.

    A setting for the account also holds for buckets that do not exist yet.

    Remedy: Turn on all four settings under Block Public Access settings for this account.

    Met:
      PublicAccessBlockConfiguration:
        {BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true}
    Unmet:
      PublicAccessBlockConfiguration: {BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true}
    Unmet: absent
    """
    missing = sorted({*_FLAGS} - blocked(account))
    if missing:
        return unmet(f"Not in force for the account: {', '.join(missing)}.")
    return met("All four settings are in force.")


@check(DATA, each=BUCKET_POLICY_STATUS, none=NO_BUCKET, severity="critical")
def bucket_policies_are_not_public(bucket: Row) -> Observation:
    """No bucket policy gives access to the public, by AWS's own reading of it.

    AWS reads a policy as public where it lets in anyone whom no account, organization or network names.

    Remedy: Name the principals in the policy, or tie the statement to an account, an organization or a network.

    Met:   {PolicyStatus: {IsPublic: false}}
    Met:   absent
    Unmet: {PolicyStatus: {IsPublic: true}}
    """
    if bucket.absent:
        return met("The bucket has no policy.")
    if bucket.at("PolicyStatus.IsPublic"):
        return unmet("AWS reads the bucket policy as public.")
    return met("AWS reads the bucket policy as not public.")


@check(DATA, each=BUCKET_ACL, none=NO_BUCKET, severity="critical")
def bucket_acls_are_not_public(bucket: Row) -> Observation:
    """No bucket's access control list grants anything to everyone or to every AWS user.

    Such a grant shows or opens the bucket to the internet as soon as the public access block is lifted.

    Remedy: Remove the grants to AllUsers and AuthenticatedUsers, or turn access control lists off.

    Met:   {Grants: [{Grantee: {Type: CanonicalUser, ID: 79a5}, Permission: FULL_CONTROL}]}
    Unmet:
      Grants:
      - {Grantee: {Type: Group, URI: "http://acs.amazonaws.com/groups/global/AllUsers"}, Permission: READ}
    """
    groups = {grant["Permission"] for grant in bucket["Grants"] if grant["Grantee"].get("URI", "").endswith(_ANYONE)}
    if groups:
        return unmet(f"Granted to everyone or every AWS user: {', '.join(sorted(groups))}.")
    return met("Granted to named accounts only.")


@check(DATA, LEAST_PRIVILEGE, each=BUCKET_POLICY, none=NO_BUCKET, severity="high", parameters=[TRUSTED_ACCOUNTS])
def bucket_policies_let_in_known_accounts(bucket: Row, given: Given) -> Observation:
    """Every other account that a bucket policy lets in is on the list of trusted accounts.

    An account that nobody listed may be a supplier who has left, or a mistyped number.

    Remedy: Remove the account from the policy, or list it under trusted_accounts.

    Met:   {Policy: {Statement: [{Effect: Allow, Principal: {AWS: "arn:aws:iam::111122223333:root"}, Action: "s3:*"}]}}
    Met:   absent
    Unmet: {Policy: {Statement: [{Effect: Allow, Principal: {AWS: "444455556666"}, Action: "s3:GetObject"}]}}
    """
    if bucket.absent:
        return met("The bucket has no policy.")
    strangers = named_accounts(read(bucket["Policy"])) - known_accounts(bucket, given)
    if strangers:
        return unmet(f"The policy lets in accounts that are not listed: {', '.join(sorted(strangers))}.")
    return met("The policy lets in no account that is not listed.")


@check(DATA, each=BUCKET_VERSIONING, none=NO_BUCKET)
def buckets_keep_versions(bucket: Row) -> Observation:
    """Every bucket keeps the former versions of its objects.

    What was overwritten or deleted by mistake, or by ransomware, can then be restored.

    Remedy: Turn on versioning, with a lifecycle rule that ends old versions.

    Met:   {Status: Enabled}
    Unmet: {Status: Suspended}
    Unmet: {}
    """
    if bucket.get("Status") == "Enabled":
        return met("Versioning is on.")
    return unmet("Versioning is off.")


@check(DATA, each=BUCKET_TAGS, none=NO_BUCKET, parameters=[CLASSIFICATION_TAGS])
def buckets_state_their_classification(bucket: Row, given: Given) -> Observation:
    """Every bucket carries a tag that states the classification of its data.

    Nobody can protect data according to its class where the class is not known.

    Remedy: Tag the bucket with a key listed under classification_tags.

    Met:   {TagSet: [{Key: owner, Value: finance}, {Key: Data-Classification, Value: confidential}]}
    Unmet: {TagSet: [{Key: owner, Value: finance}]}
    Unmet: {TagSet: [{Key: classification, Value: ""}]}
    Unmet: absent
    """
    if bucket.absent:
        return unmet("The bucket has no tags.")
    keys = {key.casefold() for key in given[CLASSIFICATION_TAGS]}
    classes = [tag["Value"] for tag in bucket["TagSet"] if tag["Key"].casefold() in keys and tag["Value"].strip()]
    if classes:
        return met(f"Classified as {', '.join(classes)}.")
    return unmet("No tag states a classification.")


@check(DATA, LOGS, each=BUCKET_LOGGING, none=NO_BUCKET, severity="low")
def buckets_log_access(bucket: Row) -> Observation:
    """Every bucket keeps a log of the requests made to it.

    Without it, who read an object cannot be told afterwards, unless CloudTrail records data events.

    Remedy: Turn on server access logging to a bucket kept for logs.

    Met:   {LoggingEnabled: {TargetBucket: logs, TargetPrefix: papers/}}
    Unmet: {}
    """
    if "LoggingEnabled" in bucket:
        return met(f"Requests are logged to {bucket.at('LoggingEnabled.TargetBucket')}.")
    return unmet("Requests are not logged.")
