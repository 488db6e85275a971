"""Domain 7, data: the Glue data catalog and the jobs, endpoints and transforms that work on it, as checks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from srm_docs.checks.calls.glue import (
    CATALOG_ENCRYPTION,
    CATALOG_POLICY,
    DATABASES,
    DEVELOPMENT_ENDPOINTS,
    JOBS,
    SECURITY_CONFIGURATIONS,
    TRANSFORMS,
)
from srm_docs.checks.data import DATA, LEAST_PRIVILEGE, LOGS
from srm_docs.checks.kit import check
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.policy_document import read
from srm_docs.checks.policy_judgement import open_to_everyone
from srm_docs.checks.quoted import quoted
from srm_docs.checks.row import NotAnswered, Row

NO_CATALOG = not_applicable("No data catalog is in use here.")
NO_JOB = not_applicable("No Glue job exists here.")

Rows = Sequence[Row]


@check(DATA, whole=(CATALOG_ENCRYPTION, DATABASES), none=NO_CATALOG)
def catalog_metadata_is_encrypted(settings: Rows, databases: Rows) -> Observation:
    """The metadata of every data catalog in use is encrypted with a KMS key.

    Names of tables and columns, and where the data lie, tell an intruder what to look for.

    Remedy: Turn on metadata encryption in the settings of the data catalog; it covers what is written from then on.

    Met:
      glue:GetDataCatalogEncryptionSettings: [{EncryptionAtRest: {CatalogEncryptionMode: SSE-KMS}}]
      glue:GetDatabases: [{Name: sales}]
    Met:
      glue:GetDataCatalogEncryptionSettings: [{EncryptionAtRest: {CatalogEncryptionMode: SSE-KMS-WITH-SERVICE-ROLE}}]
      glue:GetDatabases: [{Name: sales}]
    Unmet:
      glue:GetDataCatalogEncryptionSettings: [{EncryptionAtRest: {CatalogEncryptionMode: DISABLED}}]
      glue:GetDatabases: [{Name: sales}]
    Not applicable:
      glue:GetDataCatalogEncryptionSettings: [{EncryptionAtRest: {CatalogEncryptionMode: DISABLED}}]
      glue:GetDatabases: []
    """
    if not databases:
        return not_applicable("The data catalog holds no database.")
    if any(setting.at("EncryptionAtRest.CatalogEncryptionMode") == "DISABLED" for setting in settings):
        return unmet("Metadata are not encrypted with a KMS key.")
    return met("Metadata are encrypted with a KMS key.")


@check(DATA, whole=(CATALOG_ENCRYPTION, DATABASES, JOBS), none=NO_CATALOG, severity="high")
def catalog_passwords_are_encrypted(settings: Rows, databases: Rows, jobs: Rows) -> Observation:
    """Every data catalog in use keeps the passwords of its connections encrypted with a KMS key.

    Without it, whoever may read a connection is given its password in clear.

    Remedy: Turn on the encryption of connection passwords in the settings of the data catalog.

    Met:
      glue:GetDataCatalogEncryptionSettings:
      - {ConnectionPasswordEncryption: {ReturnConnectionPasswordEncrypted: true}}
      glue:GetDatabases: [{Name: sales}]
      glue:GetJobs: []
    Unmet:
      glue:GetDataCatalogEncryptionSettings:
      - {ConnectionPasswordEncryption: {ReturnConnectionPasswordEncrypted: false}}
      glue:GetDatabases: []
      glue:GetJobs: [{Name: load}]
    Unmet:
      glue:GetDataCatalogEncryptionSettings:
      - {ConnectionPasswordEncryption: {ReturnConnectionPasswordEncrypted: false}}
      glue:GetDatabases: [{Name: sales}]
      glue:GetJobs: []
    Not applicable:
      glue:GetDataCatalogEncryptionSettings:
      - {ConnectionPasswordEncryption: {ReturnConnectionPasswordEncrypted: false}}
      glue:GetDatabases: []
      glue:GetJobs: []
    """
    if not (*databases, *jobs):
        return not_applicable("The data catalog is not in use.")
    if all(setting.at("ConnectionPasswordEncryption.ReturnConnectionPasswordEncrypted") for setting in settings):
        return met("Passwords of connections are encrypted.")
    return unmet("Passwords of connections are not encrypted.")


@check(DATA, LEAST_PRIVILEGE, each=CATALOG_POLICY, none=NO_CATALOG, severity="critical")
def catalog_policies_do_not_let_in_everyone(policy: Row) -> Observation:
    """No data catalog's resource policy lets in everyone.

    Remedy: Name the accounts that may use the catalog, or add a condition on the organization.

    Met:   absent
    Met:
        PolicyInJson: '{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
          "Action": "glue:*", "Resource": "*"}]}'
    Unmet:
        PolicyInJson: '{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "glue:Get*", "Resource": "*"}]}'
    """
    if policy.absent:
        return met("The catalog has no resource policy.")
    if open_to_everyone(read(policy["PolicyInJson"])):
        return unmet("The resource policy lets in everyone.")
    return met("The resource policy names whom it lets in.")


def unencrypted(configuration: Mapping[str, Any]) -> list[str]:
    """What a security configuration of Glue leaves without encryption, in words."""
    buckets = [part["S3EncryptionMode"] for part in configuration["S3Encryption"]]
    modes = {
        "data in S3": "DISABLED" if not buckets or "DISABLED" in buckets else "",
        "logs": configuration["CloudWatchEncryption"]["CloudWatchEncryptionMode"],
        "job bookmarks": configuration["JobBookmarksEncryption"]["JobBookmarksEncryptionMode"],
    }
    return [part for part, mode in modes.items() if mode == "DISABLED"]


def _what_is_written(workers: Rows, configurations: Rows) -> Iterator[Observation]:
    known = {row["Name"]: row["EncryptionConfiguration"] for row in configurations}
    for worker in workers:
        name = worker.get("SecurityConfiguration")
        if not name:
            yield unmet("No security configuration is chosen.").about(worker)
        elif name not in known:
            yield unmet(f"The security configuration {quoted((name,))} does not exist.").about(worker)
        elif missing := unencrypted(known[name]):
            yield unmet(f"{quoted((name,))} does not encrypt: {', '.join(missing)}.").about(worker)
        else:
            yield met(f"{quoted((name,))} encrypts data, logs and bookmarks.").about(worker)


@check(DATA, LOGS, whole=(JOBS, SECURITY_CONFIGURATIONS), none=NO_JOB)
def etl_jobs_encrypt_what_they_write(jobs: Rows, configurations: Rows) -> Iterator[Observation]:
    """Every Glue job has a security configuration that encrypts its data in S3, its logs and its bookmarks.

    Remedy: Create a security configuration that encrypts all three with KMS keys, and choose it in the job.

    Met:
      glue:GetJobs: [{Name: load, SecurityConfiguration: all}]
      glue:GetSecurityConfigurations:
      - Name: all
        EncryptionConfiguration:
          S3Encryption: [{S3EncryptionMode: SSE-KMS}]
          CloudWatchEncryption: {CloudWatchEncryptionMode: SSE-KMS}
          JobBookmarksEncryption: {JobBookmarksEncryptionMode: CSE-KMS}
    Unmet:
      glue:GetJobs: [{Name: load, SecurityConfiguration: some}]
      glue:GetSecurityConfigurations:
      - Name: some
        EncryptionConfiguration:
          S3Encryption: [{S3EncryptionMode: SSE-KMS}]
          CloudWatchEncryption: {CloudWatchEncryptionMode: DISABLED}
          JobBookmarksEncryption: {JobBookmarksEncryptionMode: CSE-KMS}
    Unmet:
      glue:GetJobs: [{Name: load}]
      glue:GetSecurityConfigurations: []
    """
    yield from _what_is_written(jobs, configurations)


@check(
    DATA,
    LOGS,
    whole=(DEVELOPMENT_ENDPOINTS, SECURITY_CONFIGURATIONS),
    none=not_applicable("No development endpoint exists here."),
)
def development_endpoints_encrypt_what_they_write(endpoints: Rows, configurations: Rows) -> Iterator[Observation]:
    """Every development endpoint of Glue has a security configuration that encrypts data, logs and bookmarks.

    Remedy: Replace the endpoint by one with such a security configuration, or by an interactive session.

    Met:
      glue:GetDevEndpoints: [{EndpointName: try, SecurityConfiguration: all}]
      glue:GetSecurityConfigurations:
      - Name: all
        EncryptionConfiguration:
          S3Encryption: [{S3EncryptionMode: SSE-S3}]
          CloudWatchEncryption: {CloudWatchEncryptionMode: SSE-KMS}
          JobBookmarksEncryption: {JobBookmarksEncryptionMode: CSE-KMS}
    Unmet:
      glue:GetDevEndpoints: [{EndpointName: try, SecurityConfiguration: gone}]
      glue:GetSecurityConfigurations: []
    """
    yield from _what_is_written(endpoints, configurations)


def _glue_version(job: Row) -> int:
    said = str(job.get("GlueVersion", "0"))
    try:
        return int(said.partition(".")[0])
    except ValueError:
        raise NotAnswered(f"a version of Glue in {said!r}") from None


@check(LOGS, each=JOBS, none=NO_JOB)
def etl_jobs_log_while_they_run(job: Row) -> Observation:
    """Every Spark job of Glue writes its log to CloudWatch while it runs.

    Otherwise the log comes when the job has ended, and not at all where its cluster was lost.

    Remedy: Set the job argument --enable-continuous-cloudwatch-log to true, or move the job to Glue 5.0.

    Met:
      Command: {Name: glueetl}
      GlueVersion: "4.0"
      DefaultArguments: {--enable-continuous-cloudwatch-log: "true"}
    Met:   {Command: {Name: gluestreaming}, GlueVersion: "5.0"}
    Unmet:
      Command: {Name: gluestreaming}
      GlueVersion: "4.0"
      DefaultArguments: {--enable-continuous-cloudwatch-log: "false"}
    Unmet: {Command: {Name: glueetl}}
    Unknown: {Command: {Name: glueetl}, GlueVersion: newest}
    Not applicable: {Command: {Name: pythonshell}}
    """
    if job.at("Command.Name") not in {"glueetl", "gluestreaming"}:
        return not_applicable("It is no Spark job: its output always goes to CloudWatch.")
    # Glue 5.0 and later log in real time without being told; where no version is named, the first one runs.
    if _glue_version(job) >= 5:  # noqa: PLR2004 - a version
        return met(f"Glue {job['GlueVersion']} logs while the job runs.")
    if job.get("DefaultArguments", {}).get("--enable-continuous-cloudwatch-log") == "true":
        return met("Continuous logging is on.")
    return unmet("Continuous logging is off.")


@check(DATA, each=TRANSFORMS, none=not_applicable("No machine learning transform exists here."))
def transforms_are_encrypted(transform: Row) -> Observation:
    """Every machine learning transform of Glue encrypts what it learnt from with a KMS key.

    Remedy: Create the transform anew with an encryption mode of SSE-KMS.

    Met:   {TransformEncryption: {MlUserDataEncryption: {MlUserDataEncryptionMode: SSE-KMS}}}
    Unmet: {TransformEncryption: {MlUserDataEncryption: {MlUserDataEncryptionMode: DISABLED}}}
    Unmet: {Name: match}
    """
    # AWS leaves the field out where no encryption was chosen.
    chosen = transform.get("TransformEncryption", {}).get("MlUserDataEncryption", {})
    if chosen.get("MlUserDataEncryptionMode") == "SSE-KMS":
        return met("It is encrypted with a KMS key.")
    return unmet("It is not encrypted with a KMS key.")
