"""What is asked of AWS Database Migration Service: instances, endpoints and tasks, as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call

REPLICATION_INSTANCES = Call(
    service="dms",
    operation="DescribeReplicationInstances",
    noun="replication instance",
    nouns="replication instances",
    rows="ReplicationInstances",
    name="ReplicationInstanceIdentifier",
    redact=("ReplicationInstances[].KerberosAuthenticationSettings.Krb5FileContents",),
)

_PASSWORDS = (
    "MongoDbSettings.Password",
    "KafkaSettings.SslClientKeyPassword",
    "KafkaSettings.SaslPassword",
    "RedshiftSettings.Password",
    "RedshiftSettings.AfterConnectScript",
    "PostgreSQLSettings.Password",
    "PostgreSQLSettings.AfterConnectScript",
    "MySQLSettings.Password",
    "MySQLSettings.AfterConnectScript",
    "OracleSettings.AsmPassword",
    "OracleSettings.Password",
    "OracleSettings.SecurityDbEncryption",
    "SybaseSettings.Password",
    "MicrosoftSQLServerSettings.Password",
    "IBMDb2Settings.Password",
    "DocDbSettings.Password",
    "RedisSettings.AuthPassword",
    "GcpMySQLSettings.Password",
    "GcpMySQLSettings.AfterConnectScript",
    "ExtraConnectionAttributes",
)

ENDPOINTS = Call(
    service="dms",
    operation="DescribeEndpoints",
    noun="migration endpoint",
    nouns="migration endpoints",
    rows="Endpoints",
    name="EndpointIdentifier",
    redact=tuple(f"Endpoints[].{path}" for path in _PASSWORDS),
)

REPLICATION_TASKS = Call(
    service="dms",
    operation="DescribeReplicationTasks",
    noun="replication task",
    nouns="replication tasks",
    rows="ReplicationTasks",
    name="ReplicationTaskIdentifier",
    redact=("ReplicationTasks[].TaskData",),
)
