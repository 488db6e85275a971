"""Domain 9, monitoring and logging: what trails record of data, besides management events, as checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from srm_docs.checks.calls.cloudtrail import TRAIL_SELECTORS, TRAILS
from srm_docs.checks.kit import Check, check
from srm_docs.checks.monitoring_logging import LOGS
from srm_docs.checks.monitoring_trails import NO_TRAIL, answer_for, by_trail, once
from srm_docs.checks.observation import Observation, met, unmet
from srm_docs.checks.place import Scope
from srm_docs.checks.quoted import quoted
from srm_docs.checks.row import Row

Rows = tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of data events: the check's id, title and reason, CloudTrail's type of resource, and reading or writing.

    `every` are values of a plain selector that stand for all resources of the type.
    """

    id: str
    title: str
    reason: str
    type: str
    every: tuple[str, ...]
    reads: bool
    bullets: tuple[str, ...]


_OBJECTS = ("arn:aws:s3", "arn:aws:s3:::", "arn:aws-us-gov:s3", "arn:aws-cn:s3")
_FUNCTIONS = ("arn:aws:lambda", "arn:aws-us-gov:lambda", "arn:aws-cn:lambda")

KINDS = (
    Kind(
        id="a_trail_records_reading_of_objects",
        title="At least one trail records who reads which object in S3.",
        reason="Whether data was carried off, and which, can be told from nothing else.",
        type="AWS::S3::Object",
        every=_OBJECTS,
        reads=True,
        bullets=("data.data-classification-encryption",),
    ),
    Kind(
        id="a_trail_records_writing_of_objects",
        title="At least one trail records who writes or deletes which object in S3.",
        reason="Whether data was changed, and by whom, can be told from nothing else.",
        type="AWS::S3::Object",
        every=_OBJECTS,
        reads=False,
        bullets=("data.data-classification-encryption",),
    ),
    Kind(
        id="a_trail_records_calls_of_functions",
        title="At least one trail records who calls which Lambda function.",
        reason="A call of a function is no management event, and is recorded nowhere else.",
        type="AWS::Lambda::Function",
        every=_FUNCTIONS,
        reads=False,
        bullets=("containers-serverless.function-code-dependencies",),
    ),
)

_EXAMPLES = """\
Met:
  cloudtrail:DescribeTrails: [{{TrailARN: a}}]
  cloudtrail:GetEventSelectors:
  - _parent: {{TrailARN: a}}
    EventSelectors: [{{ReadWriteType: All, DataResources: [{{Type: "{type}", Values: ["{every}"]}}]}}]
Met:
  cloudtrail:DescribeTrails: [{{TrailARN: a}}]
  cloudtrail:GetEventSelectors:
  - _parent: {{TrailARN: a}}
    AdvancedEventSelectors:
    - FieldSelectors: [{{Field: eventCategory, Equals: [Data]}}, {{Field: resources.type, Equals: ["{type}"]}}]
Unmet:
  cloudtrail:DescribeTrails: [{{TrailARN: a}}]
  cloudtrail:GetEventSelectors:
  - _parent: {{TrailARN: a}}
    EventSelectors: [{{ReadWriteType: {other}, DataResources: [{{Type: "{type}", Values: ["{every}"]}}]}}]
Unmet:
  cloudtrail:DescribeTrails: [{{TrailARN: a}}]
  cloudtrail:GetEventSelectors:
  - {{_parent: {{TrailARN: a}}, EventSelectors: [{{ReadWriteType: All, DataResources: []}}]}}
"""


def takes(kind: Kind, choice: Mapping[str, Any]) -> bool:
    """Whether a trail's selectors take events of the kind for every resource of its type, not for some only."""
    wanted = {"All", "ReadOnly" if kind.reads else "WriteOnly"}
    plain = any(
        s.get("ReadWriteType", "All") in wanted
        and r.get("Type") == kind.type
        and {*kind.every} & {*r.get("Values", ())}
        for s in choice.get("EventSelectors") or ()
        for r in s.get("DataResources", ())
    )
    return plain or any(_takes(kind, s.get("FieldSelectors", ())) for s in choice.get("AdvancedEventSelectors") or ())


def _takes(kind: Kind, fields: Sequence[Mapping[str, Any]]) -> bool:
    chosen = {f.get("Field"): f for f in fields}
    # Any further field (resources.ARN, eventName …) takes a part of the events only.
    if not chosen.keys() <= {"eventCategory", "resources.type", "readOnly"}:
        return False
    direction = chosen.get("readOnly", {}).get("Equals", ["true" if kind.reads else "false"])
    return (
        chosen.get("eventCategory", {}).get("Equals") == ["Data"]
        and kind.type in chosen.get("resources.type", {}).get("Equals", ())
        and direction == ["true" if kind.reads else "false"]
    )


def _recorded(kind: Kind, trails: Rows, choices: Rows) -> Observation:
    chosen = by_trail(choices)
    recording = [trail for trail in once(trails) if takes(kind, answer_for(trail, chosen).fields)]
    if recording:
        return met(f"Recorded by {quoted(trail.name for trail in recording)}.").about(recording[0])
    return unmet("No trail records these events for every such resource.")


def _check_of(kind: Kind) -> Check:
    def judge(trails: Rows, choices: Rows) -> Observation:
        return _recorded(kind, trails, choices)

    what = "read" if kind.reads else "write"
    remedy = f"Remedy: Let a trail record data events of type {kind.type} ({what}), for all resources of the account."
    other = "WriteOnly" if kind.reads else "ReadOnly"
    examples = _EXAMPLES.format(type=kind.type, every=kind.every[0], other=other)
    judge.__name__ = kind.id
    judge.__doc__ = f"{kind.title}\n\n{kind.reason}\n\n{remedy}\n\n{examples}"
    return check(LOGS, *kind.bullets, whole=(TRAILS, TRAIL_SELECTORS), none=NO_TRAIL, scope=Scope.ACCOUNT)(judge)


CHECKS = tuple(_check_of(kind) for kind in KINDS)
"""Found by `discover` like checks that stand alone."""


@check(LOGS, whole=(TRAILS,), none=NO_TRAIL, severity="low", scope=Scope.ACCOUNT)
def a_trail_looks_for_unusual_activity(trails: Rows) -> Observation:
    """At least one trail looks for unusual numbers of calls or errors.

    CloudTrail Insights learns what is usual, and reports what is not.

    Remedy: Turn on CloudTrail Insights for API call rates and error rates of the trail.

    Met:
      cloudtrail:DescribeTrails: [{TrailARN: a, HasInsightSelectors: false}, {TrailARN: b, HasInsightSelectors: true}]
    Unmet:
      cloudtrail:DescribeTrails: [{TrailARN: a, HasInsightSelectors: false}]
    """
    looking = [trail for trail in once(trails) if trail["HasInsightSelectors"]]
    if looking:
        return met(f"Insights are on for {quoted(trail.name for trail in looking)}.").about(looking[0])
    return unmet("Insights are off for every trail.")
