"""A packet of a very large organization: `srm-docs build` over 1,000 accounts and 100,000 deviations, and its memory.

No server could play so many accounts in a reasonable time, so the replies are made by chance from botocore's models and
kept by the real recorder in a real store, each account's with its own id; then `srm-docs build --from` runs as a user
runs it. One account in five holds resources of every kind, the others of a few kinds, as real organizations do.
Memory is the sum over all processes of the build, read from /proc every 50 ms, beside each process's own peak.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # the replies by chance are the tests' own

BEGAN = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
REGIONS = ("eu-central-1", "eu-west-1", "us-east-1", "us-west-2")
RICH = 5
"""One account in so many holds something of every kind."""
KINDS = 8
"""The others hold something of one kind in so many."""
REDACTED = 50
"""In one account in so many the redactions of chance are on record."""


# -- the estate ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Estate:
    """Implements Ask: whole replies, or nothing where the account has nothing of the kind. `pages` are by call."""

    pages: Mapping[str, tuple[Mapping[str, Any], ...]]

    def ask(self, call: Any, place: Any, params: Mapping[str, Any]) -> Any:
        """Answer as the place would."""
        from srm_docs.collect.answer import Answer, Circumstances

        account = int(place.account)
        there = account % RICH == 0 or random.Random(f"{account} {call.service}").randrange(KINDS) == 0  # noqa: S311
        started = BEGAN + dt.timedelta(seconds=account % 86_400)
        return Answer(
            pages=self.pages[call.id] if there else ({},),
            circumstances=Circumstances(
                caller_arn=caller(place.account),
                partition="aws",
                service=call.service,
                operation=call.operation,
                started=started,
                ended=started + dt.timedelta(milliseconds=80),
                aws_date=started,
                request_ids=(f"{random.Random(f'{call.id} {place} {params}').getrandbits(128):032x}",),  # noqa: S311
                region=place.region,
            ),
        )

    def release(self, service: str) -> None:
        """Nothing is held."""


def caller(account: str) -> str:
    """Who reads an account."""
    return f"arn:aws:sts::{account}:assumed-role/srm-docs-reader/srm-docs"


class Quick:
    """Implements Keep as the recorder does, but redacts each reply once, however many accounts gave the same."""

    def __init__(self, store: Any, redactor: Any) -> None:
        """Hold where bodies go."""
        self.store, self.redactor = store, redactor
        self.entries: dict[str, Any] = {}
        self._redacted: dict[int, tuple[Any, Any, str]] = {}
        self._pages: dict[str, Any] = {}

    def kept(self, question: Any) -> Any:
        """The state of a question that was asked."""
        entry = self.entries.get(question.key)
        return entry.state if entry else None

    def keep(self, call: Any, question: Any, answer: Any) -> Any:
        """Redact, write the body with the account's own number in it, then remember the entry."""
        from srm_docs.evidence import canonical
        from srm_docs.evidence.entry import Entry

        known = self._redacted.get(id(answer.pages))
        if known is None:
            pages, redactions = self.redactor.redact(call, answer.pages)
            known = answer.pages, redactions, canonical.encode(pages).decode()
            if answer.pages != ({},):  # which is made anew for each
                self._redacted[id(answer.pages)] = known
        _, redactions, text = known
        if int(question.place.account) % REDACTED:
            redactions = ()  # chance writes a secret into every other text; people do not
        body = text.replace("111122223333", question.place.account).replace("eu-west-1", question.place.region).encode()
        rows = sum(len(call.rows_in(page)) for page in answer.pages)
        entry = self.entries[question.key] = Entry(
            question=question, state=answer.state(rows), rows=rows, pages=len(answer.pages),
            digest=self.store.write(body), size=len(body), circumstances=answer.circumstances, refusal=answer.refusal,
            absent=answer.absent, redactions=redactions, evidence_id=question.evidence_id,
        )  # fmt: skip
        self._pages[question.key] = answer.pages
        return entry.state

    def pages(self, question: Any) -> Any:
        """The pages of a question that was asked."""
        return self._pages[question.key]


def keep_estate(output: Path, accounts: int, regions: int) -> str:
    """Keep a snapshot of so many accounts and tell its id."""
    import srm_docs
    from srm_docs import pipeline
    from srm_docs.checks import discover
    from srm_docs.checks.role import of_accounts
    from srm_docs.collect.run import collect
    from srm_docs.collect.scope import AccountScope
    from srm_docs.config import Config
    from srm_docs.evidence import canonical
    from srm_docs.evidence.entry import Header, PlannedCall
    from srm_docs.evidence.key import redaction_key
    from srm_docs.evidence.recorder import Recorder
    from srm_docs.evidence.redact import Redactor
    from srm_docs.evidence.store import FolderStore
    from tests.aws_replies import Replies
    from tests.replay import Inline

    calls = of_accounts(discover.calls())
    where = REGIONS[:regions]
    ids = tuple(f"{100_000_000_000 + n:012d}" for n in range(accounts))
    scopes = tuple(
        AccountScope(
            id=id_, name=f"workload-{n:04}", partition="aws", entered=True, refusal=None, regions=where, left_out=(),
            caller_arn=caller(id_), regions_listed=True,
        )
        for n, id_ in enumerate(ids)
    )  # fmt: skip
    header = Header(
        id="2026-01-01T000000Z-000000", began=BEGAN, ended=None, tool_version=srm_docs.__version__,
        catalog_digest=pipeline.catalog(Config()).digest, demo=False, accounts=scopes,
        calls=tuple(PlannedCall(id=c.id, scope=c.scope, per=c.per.id if c.per else "") for c in calls),
    )  # fmt: skip
    store = FolderStore(output / "evidence")
    redactor = Redactor(redaction_key(store.folder, lambda n: b"k" * n))
    pages = {c.id: tuple(canonical.decode(canonical.encode(Replies(c.id, nulls=False).pages(c)))) for c in calls}
    quick = Quick(store, redactor)
    os.fsync = lambda _: None  # the disk is not what is measured
    collect(calls, dict.fromkeys(ids, where), ask=Estate(pages), keep=quick, executor=Inline())
    with Recorder.begin(store, redactor, header, clock=lambda: BEGAN + dt.timedelta(hours=1)) as recorder:
        recorder.take_over(quick.entries.values())
        return recorder.finish().header.id


# -- the build ------------------------------------------------------------------------------------------------------


def children(pid: int) -> Iterator[int]:
    """The process and all that it started."""
    yield pid
    try:
        for thread in Path(f"/proc/{pid}/task").iterdir():
            for child in (thread / "children").read_text().split():
                yield from children(int(child))
    except OSError:
        return


def memory(pid: int, field: str) -> int:
    """MiB of a process, 0 where it is gone."""
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(field):
                return int(line.split()[1]) // 1024
    except OSError:
        pass
    return 0


def watched(*words: str, at: Path) -> dict[str, Any]:
    """Run srm-docs, and watch it. `all` is the most that its processes held at one moment, in MiB."""
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parent.parent)}
    began, before = time.perf_counter(), os.times()
    run = subprocess.Popen([sys.executable, "-m", "srm_docs", *words], env=env, stdout=subprocess.PIPE, cwd=at)
    said: list[bytes] = []
    reader = threading.Thread(target=lambda: said.append(run.stdout.read() if run.stdout else b""))
    reader.start()
    most, peaks = 0, {}
    while run.poll() is None:
        there = set(children(run.pid))
        most = max(most, sum(memory(pid, "VmRSS") for pid in there))
        peaks |= {pid: max(peaks.get(pid, 0), memory(pid, "VmHWM")) for pid in there}
        time.sleep(0.05)
    reader.join()
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return {
        "code": run.returncode, "seconds": round(time.perf_counter() - began), "all": most, "main": peaks.pop(run.pid),
        "printing": max(peaks.values(), default=0), "cpu": round(cpu), "said": said[0],
    }  # fmt: skip


def build(output: Path) -> dict[str, Any]:
    """Run the build; `packet` is where it is."""
    told = watched("build", "--from", "latest", "--output", str(output), "--json", at=output)
    done = told["code"] in (0, 1, 3, 8) and told["said"]
    return told | {"packet": Path(json.loads(told["said"])["packet"])} if done else told


def main() -> None:
    """Make the estate, build the packet, print what it took."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--accounts", type=int, default=1000)
    reader.add_argument("--regions", type=int, default=1)
    reader.add_argument("--output", type=Path, help="keep estate and packet there, and go on with what is there")
    given = reader.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        output = (given.output or Path(folder)).resolve()
        output.mkdir(parents=True, exist_ok=True)
        if not list((output / "evidence" / "snapshots").glob("*.json")):
            began = time.perf_counter()
            keep_estate(output, given.accounts, given.regions)
            print(f"The estate was made in {time.perf_counter() - began:.0f} s", flush=True)
        told = build(output)
        print(f"exit {told['code']}, {told['seconds']} s, {told['cpu']} s CPU")
        print(f"peak memory: {told['all']} MiB over all processes; main process {told['main']} MiB, "
              f"the largest printing process {told['printing']} MiB")  # fmt: skip
        if "packet" in told:
            describe(told["packet"])
            told = watched("verify", str(told["packet"]), at=output)
            print(f"verify: exit {told['code']}, {told['seconds']} s, {told['cpu']} s CPU, peak {told['main']} MiB")


def describe(packet: Path) -> None:
    """Print what is in the packet."""
    import pypdfium2

    from srm_docs.evidence.streamed import read_table

    found = {"resources": 0, "places": 0}

    def tell(check: Any) -> None:
        for place in check["places"]:
            for one in place["judged"]:
                if one["status"] == "unmet":
                    found["places" if one["is_place"] else "resources"] += 1

    read_table((packet / "findings.json").read_bytes(), {"checks": tell})
    print(f"{found['resources']:,} deviating resources, and {found['places']:,} accounts or regions as a whole")

    for path in sorted(packet.glob("*.*")):
        pages = f", {len(pypdfium2.PdfDocument(path))} pages" if path.suffix == ".pdf" else ""
        print(f"{path.name:<30}{path.stat().st_size / (1 << 20):>8.1f} MiB{pages}")
    print(f"{sum(1 for _ in (packet / 'evidence').iterdir()):,} replies on file")


if __name__ == "__main__":
    main()
