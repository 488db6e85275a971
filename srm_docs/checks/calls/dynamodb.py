"""What is asked of Amazon DynamoDB: tables and how they are backed up, as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call

TABLE_NAMES = Call(
    service="dynamodb",
    operation="ListTables",
    noun="table name",
    nouns="table names",
    rows="TableNames",
    name="value",
)

TABLES = Call(
    service="dynamodb",
    operation="DescribeTable",
    noun="table",
    nouns="tables",
    rows="Table",
    name="TableName",
    per=TABLE_NAMES,
    bind={"TableName": "value"},
)

TABLE_BACKUPS = Call(
    service="dynamodb",
    operation="DescribeContinuousBackups",
    noun="table's continuous backups",
    nouns="tables' continuous backups",
    rows="ContinuousBackupsDescription",
    per=TABLE_NAMES,
    bind={"TableName": "value"},
)

TABLE_POLICIES = Call(
    service="dynamodb",
    operation="GetResourcePolicy",
    noun="table's policy",
    nouns="tables' policies",
    per=TABLES,
    bind={"ResourceArn": "TableArn"},
    absent=("PolicyNotFoundException",),
)
