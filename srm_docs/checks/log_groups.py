"""Domain 9, monitoring and logging: how log groups are kept, and who may reach them, as checks."""

from __future__ import annotations

from srm_docs.checks.calls.logs import LOG_GROUPS, LOG_RESOURCE_POLICIES
from srm_docs.checks.kit import check
from srm_docs.checks.monitoring_logging import LOGS
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.policy_document import read
from srm_docs.checks.policy_judgement import open_to_everyone
from srm_docs.checks.row import Row

DATA = "data.data-classification-encryption"

NO_GROUP = not_applicable("No log group exists here.")


@check(LOGS, DATA, each=LOG_GROUPS, none=NO_GROUP)
def log_groups_are_encrypted_with_own_key(group: Row) -> Observation:
    """Every log group is encrypted with a KMS key of the organization.

    Who may read the records is then decided by the key's policy too. Without a key, CloudWatch uses one of AWS's own.

    Remedy: Associate a KMS key with the log group, and let CloudWatch Logs use it in the key policy.

    Met:   {kmsKeyId: "arn:aws:kms:eu-west-1:111122223333:key/1"}
    Unmet: {logGroupName: audit}
    """
    # AWS leaves the field out where no key was chosen.
    if group.get("kmsKeyId"):
        return met(f"Encrypted with {group['kmsKeyId']}.")
    return unmet("Encrypted with a key of AWS's own.")


@check(LOGS, DATA, each=LOG_GROUPS, none=NO_GROUP, severity="low")
def log_groups_mask_sensitive_data(group: Row) -> Observation:
    """Every log group masks the sensitive data that CloudWatch recognizes in it.

    Applications log names, numbers and keys that nobody meant to keep.

    Remedy: Set a data protection policy on the log group, or one for the account.

    Met:   {dataProtectionStatus: ACTIVATED}
    Met:   {inheritedProperties: [ACCOUNT_DATA_PROTECTION]}
    Unmet: {dataProtectionStatus: DISABLED}
    Unmet: {logGroupName: audit}
    Not applicable: {logGroupClass: INFREQUENT_ACCESS}
    """
    # AWS leaves the fields out where no policy was ever set.
    if group.get("dataProtectionStatus") == "ACTIVATED" or "ACCOUNT_DATA_PROTECTION" in group.get(
        "inheritedProperties", ()
    ):
        return met("A data protection policy masks sensitive data.")
    if group.get("logGroupClass", "STANDARD") != "STANDARD":
        return not_applicable("CloudWatch masks no data in log groups of this class.")
    return unmet("No data protection policy is in force.")


@check(
    LOGS,
    "identity-access-management.least-privilege",
    each=LOG_RESOURCE_POLICIES,
    none=met("No resource policy exists here, so that no other account and no service is let in."),
    severity="high",
)
def log_policies_do_not_let_in_everyone(policy: Row) -> Observation:
    """No resource policy of CloudWatch Logs lets in everyone.

    Whoever may write to log groups can bury real records under false ones.

    Remedy: Name the service or account in the policy, or add a condition on the organization.

    Met:
      policyDocument: '{"Statement": [{"Effect": "Allow", "Principal": {"Service": "es.amazonaws.com"},
        "Action": "logs:PutLogEvents", "Resource": "*"}]}'
    Unmet:
      policyDocument: '{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "logs:*", "Resource": "*"}]}'
    """
    if open_to_everyone(read(policy["policyDocument"])):
        return unmet("The policy lets in everyone.")
    return met("The policy lets in named services or accounts only.")
