"""What is asked of AWS Step Functions: the state machines, as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call

STATE_MACHINE_NAMES = Call(
    service="stepfunctions",
    operation="ListStateMachines",
    noun="state machine name",
    nouns="state machine names",
    rows="stateMachines",
    name="name",
)

# A definition carries whatever its author passes to a task, so that of it only the kind of secret found is kept.
STATE_MACHINES = Call(
    service="stepfunctions",
    operation="DescribeStateMachine",
    noun="state machine",
    nouns="state machines",
    name="name",
    per=STATE_MACHINE_NAMES,
    bind={"stateMachineArn": "stateMachineArn"},
    redact=("definition", "description", "variableReferences"),
)
