"""Reading the demo estate: `srm-docs collect` beside a bare pool of boto3 threads that asks the same questions.

All run in processes of their own against the same server on loopback, in turns. CPU is the process's own from its first
import of boto3 or of ours to its last reply (ours: to its finished snapshot), memory its peak. With --delay, each
request waits that long in the client before it is sent, as it would on the way to AWS.

srm-docs    what `srm-docs collect` does
in turn     the same with one service at a time
bare pool   what a careful person writes in an hour: a session an account, a client a service and region, eight threads
sparing     the same, but its accounts share the models of services, as ours do: boto3 reads them again for each session

A pool is told what to ask; ours finds out from the replies. A pool keeps every reply in memory and writes nothing; ours
redacts, writes and syncs each. Where they do not send the same number of requests, there is no result.
"""

from __future__ import annotations

import argparse
import collections
import concurrent.futures as cf
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

THREADS = 8
_SCOPE = re.compile(r"Credential=[^/]+/\d{8}/([a-z0-9-]+)/([a-z0-9-]+)/")


# -- in the children ----------------------------------------------------------------------------------------------


def count_requests(delay: float) -> collections.Counter[str]:
    """Count what botocore sends by the region it is signed for, and let each request wait."""
    from botocore.httpsession import URLLib3Session

    sent: collections.Counter[str] = collections.Counter()
    lock, send = threading.Lock(), URLLib3Session.send

    def counted(self: Any, request: Any) -> Any:
        signed = request.headers.get("Authorization", b"")
        found = _SCOPE.search(signed.decode() if isinstance(signed, bytes) else str(signed))
        with lock:
            sent[found.group(1) if found else "unsigned"] += 1
        if delay:
            time.sleep(delay)
        return send(self, request)

    URLLib3Session.send = counted
    return sent


def ours(task: Mapping[str, Any]) -> dict[str, Any]:
    """`srm-docs collect`, without its start."""
    from srm_docs import pipeline
    from srm_docs.collect.access import Access
    from srm_docs.collect.run import Bounds
    from srm_docs.config import Config

    if task["who"] == "in turn":
        setattr(pipeline.collecting, "_bounds", lambda _: Bounds(total=THREADS, service=THREADS, services=1))  # noqa: B010
    accounts = tuple(Access(account=a, role_arn=role or "") for a, role in task["accounts"].items())
    folder = Path(task["folder"])
    config = Config(accounts=accounts, regions=tuple(task["regions"]), attempts=1, concurrency=THREADS, output=folder)
    done = pipeline.collect(config)
    peak = _peak()  # before anything is judged
    verdicts = write_plan(folder, done.snapshot, Path(task["plan"])) if task.get("plan") else 0
    return {"answers": done.answers, "verdicts": verdicts, "mib": peak}


def write_plan(folder: Path, snapshot: str, plan: Path) -> int:
    """Write every question that was asked, for the pool. Returns how many verdicts rest on the answers."""
    from srm_docs.checks import discover
    from srm_docs.checks.parameter import resolve
    from srm_docs.collect.aws import _GLOBAL_REGION
    from srm_docs.evidence.snapshot import open_snapshot
    from srm_docs.evidence.store import FolderStore
    from srm_docs.findings.judge import judge

    calls = {c.id: c for c in discover.calls()}
    rows = []
    kept = open_snapshot(FolderStore(folder / "evidence"), snapshot)
    for entry in kept.entries.values():
        call, place = calls[entry.question.call], entry.question.place
        region = _GLOBAL_REGION["aws"] if place.region == "global" else place.region
        job = call.job.operation if call.job else ""
        rows.append([call.service, call.operation, dict(entry.question.params), place.account, region, job])
    plan.write_text(json.dumps(sorted(rows, key=str)))
    values = resolve(discover.parameters(), {})
    return sum(len(result.findings) for result in judge(discover.checks(), kept, values))


def bare(task: Mapping[str, Any]) -> dict[str, Any]:
    """The plan, asked by a pool."""
    from botocore import xform_name
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError

    sessions = sessions_of(task["accounts"], sparing=task["who"] == "sparing")
    lock, clients = threading.Lock(), {}
    config = Config(retries={"total_max_attempts": 1}, max_pool_connections=THREADS, s3={"addressing_style": "path"})

    def client(account: str, service: str, region: str) -> Any:
        with lock:
            if (account, service, region) not in clients:
                made = sessions[account].client(service, region_name=region, config=config)
                clients[account, service, region] = made
            return clients[account, service, region]

    def ask(row: list[Any]) -> Any:
        service, operation, params, account, region, job = row
        try:
            asked, name = client(account, service, region), xform_name(operation)
            if job:
                getattr(asked, xform_name(job))()
            if asked.can_paginate(name):
                return list(asked.get_paginator(name).paginate(**params))
            return [getattr(asked, name)(**params)]
        except (ClientError, BotoCoreError) as error:
            return error

    plan = json.loads(Path(task["pool"]).read_text())
    with cf.ThreadPoolExecutor(THREADS) as executor:
        replies = list(executor.map(ask, plan))
    return {"answered": sum(isinstance(reply, list) for reply in replies)}


def sessions_of(accounts: Mapping[str, str | None], *, sparing: bool) -> dict[str, Any]:
    """A session for each account, its role assumed where it has one."""
    import boto3
    import botocore.loaders
    import botocore.session

    loader = botocore.loaders.create_loader()

    def session(*credentials: str) -> Any:
        inner = botocore.session.Session()
        if sparing:
            inner.register_component("data_loader", loader)
        return boto3.Session(*credentials, botocore_session=inner)

    sessions: dict[str, Any] = {}
    for account, role in accounts.items():
        base = session()
        if role:
            said = base.client("sts").assume_role(RoleArn=role, RoleSessionName="bare")["Credentials"]
            base = session(said["AccessKeyId"], said["SecretAccessKey"], said["SessionToken"])
        base.events.register("before-sign.s3-control", _without_account)
        sessions[account] = base
    return sessions


def _without_account(request: Any, **_: Any) -> None:
    request.url = re.sub(r"^(https?://)\d{12}\.", r"\1", request.url)


def child(task: Mapping[str, Any]) -> None:
    """Do the one task and print what it cost."""
    import botocore.session  # noqa: F401 - its import belongs to neither

    work: Callable[[Mapping[str, Any]], dict[str, Any]] = bare if task["who"] in ("bare", "sparing") else ours
    sent = count_requests(task["delay"])
    cpu, wall = time.process_time(), time.perf_counter()
    said = work(task)
    said |= {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall, "requests": dict(sent)}
    said.setdefault("mib", _peak())
    print(json.dumps(said))


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


# -- in the parent ------------------------------------------------------------------------------------------------

LABELS = {"ours": "srm-docs", "in turn": "in turn", "bare": "bare pool", "sparing": "sparing"}


def run(task: Mapping[str, Any], env: Mapping[str, str]) -> dict[str, Any]:
    """One child with the demo's environment and a folder of its own, which is cleared away when it has ended."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, __file__, "--child", json.dumps({**task, "folder": folder})]
        done = subprocess.run(command, env={**os.environ, **env}, check=True, stdout=subprocess.PIPE, text=True)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def main() -> None:
    """Take turns, and print medians, spreads and ratios."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--runs", type=int, default=3)
    reader.add_argument("--delay", type=float, default=0.08, help="seconds before each request, in the second half")
    reader.add_argument("--child", help=argparse.SUPPRESS)
    given = reader.parse_args()
    if given.child:
        child(json.loads(given.child))
        return
    from srm_docs import demo

    with demo.serve() as estate, tempfile.TemporaryDirectory() as folder:
        plan = str(Path(folder) / "plan.json")
        accounts = {a: estate.role_arn(a) for a in estate.accounts}
        task = {"who": "ours", "accounts": accounts, "regions": estate.regions, "delay": 0}
        run({**task, "plan": plan}, estate.env)  # the first starts jobs of AWS, and waits for them
        for delay in (0.0, given.delay):
            compare({**task, "delay": delay, "pool": plan}, given.runs, estate.env)
        places(task, estate.enabled_regions, estate.env)


def compare(task: Mapping[str, Any], runs: int, env: Mapping[str, str]) -> None:
    """Run all in turns and print a table."""
    said: dict[str, list[dict[str, Any]]] = {who: [] for who in LABELS}
    for _ in range(runs):
        for who, told in said.items():
            told.append(run({**task, "who": who}, env))
    sent = {sum(t["requests"].values()) for told in said.values() for t in told}
    if len(sent) != 1:
        raise SystemExit(f"They did not send the same number of requests: {sorted(sent)}")
    print(f"\nEach request waits {task['delay'] * 1000:.0f} ms; medians (and least to most) of {runs} runs in turns, "
          f"{sent.pop():,} requests each")  # fmt: skip
    for who, label in LABELS.items():
        print(f"{label:<12}{_spread(said[who], 'cpu')} CPU s{_spread(said[who], 'wall')} wall s"
              f"{statistics.median(t['mib'] for t in said[who]):>6.0f} MiB")  # fmt: skip
    for other in ("bare", "sparing", "in turn"):
        # each with the one that ran in the same turn, because what else the machine does changes between turns
        ratios = [
            {key: a[key] / b[key] for key in ("cpu", "wall", "mib")}
            for a, b in zip(said["ours"], said[other], strict=True)
        ]
        print(f"to {LABELS[other]:<9}{_spread(ratios, 'cpu')} CPU  {_spread(ratios, 'wall')} wall  "
              f"{statistics.median(r['mib'] for r in ratios):>6.2f} MiB")  # fmt: skip


def _spread(told: list[dict[str, Any]], key: str) -> str:
    values = sorted(t[key] for t in told)
    return f"{statistics.median(values):>8.2f} ({values[0]:.2f}-{values[-1]:.2f})"


def places(task: Mapping[str, Any], enabled: Sequence[str], env: Mapping[str, str]) -> None:
    """What requests are made for, in one account and in all, with more regions and in one where nothing is."""
    from srm_docs.checks import discover

    first = dict(list(task["accounts"].items())[:1])
    empty = next(r for r in enabled if r not in task["regions"])
    here: list[tuple[str, str]] = []
    print(f"\nOnce each, {len(discover.checks())} checks; a verdict is a check at a place")
    for accounts, regions in (
        (first, task["regions"]), (task["accounts"], task["regions"]), (task["accounts"], enabled), (first, [empty]),
    ):  # fmt: skip
        with tempfile.TemporaryDirectory() as folder:
            plan = Path(folder) / "plan.json"
            told = run({**task, "accounts": accounts, "regions": regions, "plan": str(plan)}, env)
            here = [(row[0], row[1]) for row in json.loads(plan.read_text()) if row[4] == empty]
        sent = sum(told["requests"].values())
        print(f"{len(accounts)} accounts, {len(regions)} regions: {sent:,} requests, {told['verdicts']:,} verdicts, "
              f"{sent / told['verdicts']:.2f} requests a verdict, {told['mib']:.0f} MiB")  # fmt: skip
    roots = [(c.service, c.operation) for c in discover.calls() if c.scope.value == "region" and c.per is None]
    more = sorted((collections.Counter(here) - collections.Counter(roots)).elements())
    print(f"{empty} holds nothing of ours: {told['requests'].get(empty, 0)} requests for {len(roots)} root calls; "
          f"dependent: {', '.join(map(':'.join, more)) or 'none'}")  # fmt: skip


if __name__ == "__main__":
    main()
