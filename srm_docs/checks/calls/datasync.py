"""What is asked of AWS DataSync: the transfer tasks, as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call

TASK_NAMES = Call(
    service="datasync",
    operation="ListTasks",
    noun="transfer task's name",
    nouns="transfer tasks' names",
    rows="Tasks",
    name="Name || TaskArn",
)

TASKS = Call(
    service="datasync",
    operation="DescribeTask",
    noun="transfer task",
    nouns="transfer tasks",
    name="Name || TaskArn",
    per=TASK_NAMES,
    bind={"TaskArn": "TaskArn"},
)
