"""Reading the demo estate: `srm-docs collect` beside a bare pool of boto3 threads that asks the same questions.

Both run in processes of their own against the same server on loopback, in turns. CPU is the process's own, memory its
peak. With --delay, each request waits that long in the client before it is sent, as it would on the way to AWS.
"in turn" is ours with one service at a time.
The pool keeps every reply in memory and writes nothing; ours redacts, writes and syncs each.
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
from collections.abc import Callable, Mapping
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
    with tempfile.TemporaryDirectory() as folder:
        config = Config(
            accounts=accounts, regions=tuple(task["regions"]), attempts=1, concurrency=THREADS, output=Path(folder)
        )
        done = pipeline.collect(config)
        if task.get("plan"):
            write_plan(Path(folder), done.snapshot, Path(task["plan"]))
        return {"answers": done.answers, "questions": sum(n for _, n in done.states)}


def write_plan(folder: Path, snapshot: str, plan: Path) -> None:
    """Write every question that was asked, for the pool."""
    from srm_docs.checks import discover
    from srm_docs.collect.aws import _GLOBAL_REGION
    from srm_docs.evidence.snapshot import open_snapshot
    from srm_docs.evidence.store import FolderStore

    calls = {c.id: c for c in discover.calls()}
    rows = []
    for entry in open_snapshot(FolderStore(folder / "evidence"), snapshot).entries.values():
        call, place = calls[entry.question.call], entry.question.place
        region = _GLOBAL_REGION["aws"] if place.region == "global" else place.region
        job = call.job.operation if call.job else ""
        rows.append([call.service, call.operation, dict(entry.question.params), place.account, region, job])
    plan.write_text(json.dumps(sorted(rows, key=str)))


def bare(task: Mapping[str, Any]) -> dict[str, Any]:
    """What a careful person writes in an hour: a client for each account, service and region, and eight threads."""
    import boto3
    from botocore import xform_name
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError

    sessions: dict[str, Any] = {}
    for account, role in task["accounts"].items():
        base = boto3.Session()
        if role:
            said = base.client("sts").assume_role(RoleArn=role, RoleSessionName="bare")["Credentials"]
            base = boto3.Session(said["AccessKeyId"], said["SecretAccessKey"], said["SessionToken"])
        base.events.register("before-sign.s3-control", _without_account)
        sessions[account] = base
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
    return {"questions": len(replies)}


def _without_account(request: Any, **_: Any) -> None:
    request.url = re.sub(r"^(https?://)\d{12}\.", r"\1", request.url)


def child(task: Mapping[str, Any]) -> None:
    """Do the one task and print what it cost."""
    import botocore.session  # noqa: F401 - its import belongs to neither

    work: Callable[[Mapping[str, Any]], dict[str, Any]] = {"ours": ours, "in turn": ours, "bare": bare}[task["who"]]
    sent = count_requests(task["delay"])
    cpu, wall = time.process_time(), time.perf_counter()
    said = work(task)
    said |= {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall, "requests": dict(sent)}
    said["mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(said))


# -- in the parent ------------------------------------------------------------------------------------------------


def run(task: Mapping[str, Any], env: Mapping[str, str]) -> dict[str, Any]:
    """One child with the demo's environment."""
    command = [sys.executable, __file__, "--child", json.dumps(task)]
    done = subprocess.run(command, env={**os.environ, **env}, check=True, stdout=subprocess.PIPE, text=True)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def main() -> None:
    """Take turns, and print medians and ratios."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--runs", type=int, default=3)
    reader.add_argument("--delay", type=float, default=0.08, help="seconds before each request, in the second half")
    reader.add_argument("--child", help=argparse.SUPPRESS)
    given = reader.parse_args()
    if given.child:
        child(json.loads(given.child))
        return
    from srm_docs import demo
    from srm_docs.checks import discover

    with demo.serve() as estate, tempfile.TemporaryDirectory() as folder:
        plan = str(Path(folder) / "plan.json")
        task = {"accounts": {a: estate.role_arn(a) for a in estate.accounts}, "regions": estate.regions, "delay": 0}
        first = run({**task, "who": "ours", "plan": plan}, estate.env)
        print(f"{first['questions']:,} planned reads, {sum(first['requests'].values()):,} requests, "
              f"{len(discover.checks())} checks")  # fmt: skip
        for delay in (0.0, given.delay):
            compare({**task, "delay": delay, "pool": plan}, given.runs, estate.env)
        empty = next(r for r in estate.enabled_regions if r not in estate.regions)
        one = {**task, "who": "ours", "regions": [empty], "accounts": {estate.accounts[0]: None}}
        alone = run(one, estate.env)
        roots = sum(c.scope.value == "region" and c.per is None for c in discover.calls())
        print(f"\nA region without resources of ours ({empty}): {alone['requests'].get(empty, 0)} requests for "
              f"{roots} root operations")  # fmt: skip


def compare(task: Mapping[str, Any], runs: int, env: Mapping[str, str]) -> None:
    """Run both in turns and print a table."""
    said: dict[str, list[dict[str, Any]]] = {"ours": [], "in turn": [], "bare": []}
    for _ in range(runs):
        for who, told in said.items():
            told.append(run({**task, "who": who}, env))
    print(f"\nEach request waits {task['delay'] * 1000:.0f} ms; medians of {runs} runs in turns")
    print(f"{'':<12}{'CPU s':>9}{'wall s':>9}{'MiB':>8}{'requests':>10}")
    middle: dict[str, list[float]] = {}
    for who, label in (("ours", "srm-docs"), ("in turn", "in turn"), ("bare", "bare pool")):
        middle[who] = [statistics.median(t[k] for t in said[who]) for k in ("cpu", "wall", "mib")]
        requests = sum(said[who][-1]["requests"].values())
        cpu, wall, mib = middle[who]
        print(f"{label:<12}{cpu:>9.2f}{wall:>9.2f}{mib:>8.0f}{requests:>10,}")
    for other in ("bare", "in turn"):
        cpu, wall, mib = (a / b for a, b in zip(middle["ours"], middle[other], strict=True))
        print(f"{f'to {other}':<12}{cpu:>9.2f}{wall:>9.2f}{mib:>8.2f}")


if __name__ == "__main__":
    main()
