"""What is asked of AWS Secrets Manager: the secrets (never their values) and who may read them, as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call

SECRETS = Call(
    service="secretsmanager",
    operation="ListSecrets",
    noun="secret",
    nouns="secrets",
    rows="SecretList",
    name="Name",
    redact=("SecretList[].ExternalSecretRotationMetadata[].Value",),
)

SECRET_POLICIES = Call(
    service="secretsmanager",
    operation="GetResourcePolicy",
    noun="secret's resource policy",
    nouns="secrets' resource policies",
    per=SECRETS,
    bind={"SecretId": "ARN"},
)
