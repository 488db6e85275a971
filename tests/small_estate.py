"""An account or two of a few resources: answers by call and place in, conclusions and a packet out. No AWS, no disk."""

from __future__ import annotations

import concurrent.futures as cf
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from srm_docs.catalog.load import read
from srm_docs.catalog.model import Catalog
from srm_docs.checks import discover
from srm_docs.checks.call import Call
from srm_docs.checks.kit import Check, check
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.place import GLOBAL, Place, Scope
from srm_docs.checks.row import Row
from srm_docs.collect.answer import Answer, Circumstances, Question, Refusal, State
from srm_docs.collect.run import collect
from srm_docs.collect.scope import AccountScope
from srm_docs.declare.audit import Audit
from srm_docs.evidence.entry import Header, PlannedCall
from srm_docs.evidence.ledger import ledger
from srm_docs.findings.conclude import Conclusions, conclude
from srm_docs.packet.assemble import assemble
from srm_docs.packet.ingredients import Ingredients
from srm_docs.packet.model import Packet
from tests.replay import Kept

FIRST, SECOND = "111122223333", "444455556666"
NOW = dt.datetime(2026, 11, 23, 20, 8, 5, tzinfo=dt.UTC)
DENIED = Refusal(state=State.DENIED, code="AccessDenied", message="no", http_status=403)

VOLUMES = Call(service="ec2", operation="DescribeVolumes", noun="volume", nouns="volumes", rows="Volumes", name="Id")
DETECTORS = Call(service="guardduty", operation="ListDetectors", noun="detector", nouns="detectors", rows="Ids",
                 name="value")  # fmt: skip
BUCKETS = Call(service="s3", operation="ListBuckets", noun="bucket", nouns="buckets", rows="Buckets", name="Name",
               scope=Scope.ACCOUNT)  # fmt: skip
POLICIES = Call(
    service="s3", operation="GetBucketPolicy", noun="bucket policy", nouns="bucket policies", scope=Scope.ACCOUNT,
    per=BUCKETS, bind={"Bucket": "Name"}, absent=("NoSuchBucketPolicy",),
)  # fmt: skip
REPORTS = next(c for c in discover.calls() if c.id == "artifact:ListReports")
CALLS = (VOLUMES, DETECTORS, BUCKETS, POLICIES, REPORTS)


@check("data.data-classification-encryption", each=VOLUMES, none=not_applicable("No volume exists here."))
def volumes_are_encrypted(volume: Row) -> Observation:
    """Every volume is encrypted.

    A lost disk tells nothing.

    Remedy: Encrypt it.
    """
    if volume.get("Root"):
        return not_applicable("Root volumes have a check of their own.")
    return met("Encrypted.") if volume["Encrypted"] else unmet("Not encrypted.")


@check("monitoring-logging.siem-integration", some=DETECTORS, none=unmet("No detector exists here."))
def a_detector_watches(detector: Row) -> Observation:
    """GuardDuty watches this region.

    Somebody should.

    Remedy: Turn it on.
    """
    if detector["value"] == "mute":
        return detector["Status"]
    return met("It watches.") if detector["value"] == "on" else unmet("It is off.")


@check("identity-access-management.least-privilege", each=POLICIES, none=not_applicable("No bucket exists."))
def bucket_policies_are_closed(policy: Row) -> Observation:
    """No bucket policy is open.

    Open buckets leak.

    Remedy: Close it.
    """
    return unmet("Open.") if policy.get("Policy") == "open" else met("Closed.")


@check("monitoring-logging.enable-analyze-logs", whole=[VOLUMES, BUCKETS], none=unmet("There is nothing."))
def volumes_and_buckets_agree(volumes: Sequence[Row], buckets: Sequence[Row]) -> Observation:
    """Volumes and buckets agree.

    They should.

    Remedy: Make them.
    """
    return met("They agree.") if len(volumes) == len(buckets) else unmet(f"{len(volumes)} and {len(buckets)}.")


@check("networking.vpc-configuration", each=VOLUMES, scope=Scope.ACCOUNT, none=unmet("No volume in the account."))
def every_volume_of_the_account_is_encrypted(volume: Row) -> Observation:
    """Every volume of the account is encrypted.

    The same question, asked account by account.

    Remedy: Encrypt it.
    """
    return met("Encrypted.") if volume["Encrypted"] else unmet("Not encrypted.")


CHECKS: tuple[Check, ...] = (
    a_detector_watches,
    bucket_policies_are_closed,
    every_volume_of_the_account_is_encrypted,
    volumes_and_buckets_agree,
    volumes_are_encrypted,
)


@dataclass(frozen=True)
class Estate:
    """`answers` by (call id, account, region) or (call id, account, region, first parameter); else an empty page."""

    answers: Mapping[tuple[str, ...], Answer] = field(default_factory=dict)
    accounts: tuple[AccountScope, ...] = ()

    def ask(self, call: Call, place: Place, params: Mapping[str, Any]) -> Answer:
        """Implement Ask."""
        where = (call.id, place.account, place.region)
        said = self.answers.get((*where, *map(str, params.values()))) or self.answers.get(where)
        circumstances = Circumstances(
            caller_arn=f"arn:aws:sts::{place.account}:assumed-role/reader/x", partition="aws", service=call.service,
            operation=call.operation, started=NOW, ended=NOW, aws_date=NOW, request_ids=("r-1",),
        )  # fmt: skip
        return replace(said or Answer(pages=({},)), circumstances=circumstances)

    def release(self, service: str) -> None:
        """Nothing to release."""


def account(
    number: str = FIRST,
    regions: Iterable[str] = ("eu-west-1", "us-east-1"),
    *,
    left_out: Iterable[str] = (),
    listed: bool = True,
    entered: bool = True,
) -> AccountScope:
    """An account as it was entered, or not."""
    return AccountScope(
        id=number, name="", partition="aws", caller_arn=f"arn:aws:sts::{number}:x" if entered else "", entered=entered,
        refusal=None if entered else DENIED, regions=tuple(regions) if entered else (), left_out=tuple(left_out),
        regions_listed=listed and entered,
    )  # fmt: skip


def volumes(*encrypted: bool | None, **more: Any) -> Answer:
    """Volumes: encrypted or not, or (None) without saying so."""
    rows = [
        {"Id": f"vol-{n}", **({} if said is None else {"Encrypted": said}), **more} for n, said in enumerate(encrypted)
    ]
    return Answer(pages=({"Volumes": rows},))


def refused(*pages: Mapping[str, Any], code: str = "AccessDenied") -> Answer:
    """The pages up to a refusal."""
    return Answer(pages=pages, refusal=replace(DENIED, code=code))


def report(title: str, start: dt.date, end: dt.date, series: str = "SOC") -> dict[str, Any]:
    """A row of AWS Artifact's list."""
    at = [dt.datetime(d.year, d.month, d.day, tzinfo=dt.UTC) for d in (start, end)]
    return {"name": title, "companyName": "Amazon Web Services", "series": series, "category": "Certifications And "
            "Attestations", "periodStart": at[0], "periodEnd": at[1], "version": 1}  # fmt: skip


def listing(*rows: Mapping[str, Any]) -> Answer:
    """AWS Artifact's list."""
    return Answer(pages=({"reports": list(rows)},))


@cache
def catalog() -> Catalog:
    """The catalog of the checkout."""
    found, faults = read(Path(__file__).parent.parent / "controls")
    assert found is not None, faults
    return found


def collected(estate: Estate) -> Kept:
    """Everything asked and kept, through the real planner and runner."""
    accounts = estate.accounts or (account(),)
    planned = tuple(PlannedCall(id=c.id, scope=c.scope, per=c.per.id if c.per else "") for c in CALLS)
    header = Header(
        id="2026-11-23T200805Z-1f3a9c", began=NOW, ended=NOW, tool_version="0.0", catalog_digest="0" * 64, demo=False,
        accounts=accounts, calls=planned,
    )  # fmt: skip
    kept = Kept(header=header)
    with cf.ThreadPoolExecutor(max_workers=1) as executor:
        collect(CALLS, {a.id: a.regions for a in accounts if a.entered}, ask=estate, keep=kept, executor=executor)
    return kept


def concluded(estate: Estate, audit: Audit | None = None, checks: Sequence[Check] = CHECKS) -> Conclusions:
    """All conclusions."""
    return conclude(catalog(), checks, CALLS, collected(estate), audit or Audit())


def excluding(reasons: Mapping[str, str]) -> Catalog:
    """The catalog with Annex A controls left out, by id."""
    frameworks = tuple(
        replace(f, requirements=tuple(replace(r, exclude=reasons.get(r.id)) for r in f.requirements))
        for f in catalog().frameworks
    )
    return replace(catalog(), frameworks=frameworks)


def ingredients(
    kept: Kept, audit: Audit, checks: Sequence[Check] = CHECKS, judged_by: Catalog | None = None
) -> Ingredients:
    """What a packet is made of."""
    judged_by = judged_by or catalog()
    return Ingredients(
        catalog=judged_by,
        header=kept.header,
        entries=tuple(kept.entries.values()),
        ledger=ledger(kept.header, kept.entries, {c.id: c for c in CALLS}, kept.pages),
        conclusions=conclude(judged_by, checks, CALLS, kept, audit),
        calls=CALLS,
        parameters=(),
        parameter_values={},
        audit=audit,
        snapshot_digest="0" * 64,
        packet_name="sample",
        check_set="0" * 64,
    )


def packed(estate: Estate, audit: Audit | None = None, checks: Sequence[Check] = CHECKS) -> Packet:
    """The packet's model."""
    return assemble(ingredients(collected(estate), audit or Audit(), checks))


def everywhere(call: Call, answer: Answer, *accounts: str) -> dict[tuple[str, ...], Answer]:
    """The same answer at every place."""
    regions = [GLOBAL] if call.scope is Scope.ACCOUNT else ["eu-west-1", "us-east-1"]
    return {(call.id, a, r): answer for a in accounts or (FIRST,) for r in regions}


def question(call: Call, place: Place, **params: Any) -> Question:
    """A question as the planner asks it."""
    return Question(call=call.id, place=place, params=params)
