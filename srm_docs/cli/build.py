"""`srm-docs build`: everything, and what it came to."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from srm_docs.cli.codes import exit_codes
from srm_docs.cli.collect import say_late, say_stopped
from srm_docs.cli.options import CONFIG, FRAMEWORKS, JSON, LANGUAGE, ORG, OUTPUT, QUIET, configured, print_json
from srm_docs.errors import Interrupted

if TYPE_CHECKING:
    from srm_docs.packet.model import UnreadLine
    from srm_docs.pipeline.stages import Outcome


@click.command(
    epilog=exit_codes(1, 3, 4, 5, 6, 8, said={7: "a packet, here or for --since, is not as it was sealed"}),
    short_help="Everything: collect, judge, print and seal a packet.",
)
@click.option("--demo", is_flag=True, help="Use a made-up estate on this machine: no AWS account, no network.")
@click.option("--from", "snapshot", metavar="SNAPSHOT", help="Build from a kept snapshot (id or `latest`), offline.")
@click.option(
    "--framework", "frameworks", multiple=True, type=click.Choice(FRAMEWORKS), help="Only this framework; repeatable."
)
@ORG
@click.option("--account", "accounts", metavar="ID", multiple=True, help="A packet of this account only; repeatable.")
@click.option("--since", metavar="PACKET", default="", help="Compare with this earlier packet: its folder or zip.")
@OUTPUT
@click.option(
    "--fail-on", type=click.Choice(["unmet", "unknown"]), multiple=True, help="Exit 1 if a self-test is so; repeatable."
)
@click.option("--allow-refusals", is_flag=True, help="Exit 0 although planned calls were refused.")
@LANGUAGE
@click.option("--zip", "zipped", is_flag=True, help="Also write the packet as one .zip file.")
@click.option("--no-cache", is_flag=True, help="Lay out every document anew, also those that did not change.")
@CONFIG
@JSON
@QUIET
def build(
    *,
    demo: bool,
    org: bool,
    snapshot: str | None,
    frameworks: tuple[str, ...],
    accounts: tuple[str, ...],
    since: str,
    output: Path | None,
    fail_on: tuple[str, ...],
    allow_refusals: bool,
    language: str,
    zipped: bool,
    no_cache: bool,
    config_file: Path | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Collect, judge, print and seal: everything, in one packet folder.

    \b
    srm-docs build --demo                     a packet without AWS
    srm-docs build                            your accounts, as srm-docs.toml says
    srm-docs build --from latest              the same evidence again, offline
    srm-docs build --org                      every account of the organization
    srm-docs build --from latest --account 111122223333
    srm-docs build --since PACKET             and what differs from that one
    srm-docs build --framework soc2 --zip     one framework, and a zip beside it
    srm-docs build --fail-on unmet            for CI
    """
    from srm_docs import console, pipeline

    if demo and snapshot:
        raise click.UsageError("--demo collects anew and --from does not: give one of them.")
    config = configured(config_file, output=output, frameworks=frameworks, demo=demo, org=org, language=language)
    pipeline.can_build(config)
    pipeline.can_print(config)
    if since:
        pipeline.can_compare(config, since)
    with console.Progress(quiet=quiet) as progress:
        stopped: Sequence[str] = ()
        late = 0
        if snapshot is None:
            collected = pipeline.collect(config, demo=demo, progress=progress)
            snapshot, stopped, late = collected.snapshot, collected.stopped, collected.late
        try:
            built = pipeline.build(
                config,
                snapshot,
                accounts=accounts,
                since=since,
                zipped=zipped,
                cached=not no_cache,
                progress=progress,
            )
        except KeyboardInterrupt:
            hint = f"Nothing half-written stays. Go on with: srm-docs build --from {snapshot}"
            raise Interrupted("Interrupted. The evidence is kept.", hint=hint) from None
    code = _exit_code(built.outcome, stopped, fail_on, allow_refusals=allow_refusals or built.outcome.meta.demo)
    if as_json:
        print_json(pipeline.result_data(built, code))
    else:
        _report(built.outcome, str(built.path), already=built.already, zip_path=str(built.zip_path or ""))
    say_stopped(stopped)
    say_late(late)
    sys.exit(code)


def _exit_code(outcome: Outcome, stopped: Sequence[str], fail_on: Sequence[str], *, allow_refusals: bool) -> int:
    if stopped:
        return 4
    if ("unmet" in fail_on and outcome.summary.unmet) or ("unknown" in fail_on and outcome.summary.unknown):
        return 1
    return 8 if outcome.unread and not allow_refusals else 0


def unread(lines: Sequence[UnreadLine]) -> list[tuple[str, str, str]]:
    """What could not be read, a line for each state and mend: which calls, how many reads and where, what to do.

    What depends on a call that a deadline kept from being made has the same reason and the same mend.
    """
    from srm_docs.packet.coverage import GO_ON_LATER
    from srm_docs.packet.words import call_words

    by_place = {(u.call, u.account, u.region): u for u in lines}
    groups: dict[tuple[str, str], list[UnreadLine]] = {}
    for u in lines:
        root = u
        while root.depends_on and (above := by_place.get((root.depends_on, root.account, root.region))):
            root = above
        told = root if root.mend == GO_ON_LATER else u
        groups.setdefault((told.state, told.mend), []).append(u)
    return [
        (_few([call_words(u.call) for u in found], "calls"), _where(state, found), mend)
        for (state, mend), found in groups.items()
    ]


def _where(state: str, found: Sequence[UnreadLine]) -> str:
    reads = sum(u.reads for u in found)
    several = f", {reads:,} reads," if len(found) > 1 else ""
    return f"{state}{several} in {_few([f'{u.account}/{u.region}' for u in found], 'places')}"


def _few(names: Sequence[str], what: str) -> str:
    """The first two of them, each once, and how many more."""
    each = [*dict.fromkeys(names)]
    return ", ".join(each[:2]) + (f" and {len(each) - 2:,} more {what}" if len(each) > 2 else "")  # noqa: PLR2004


def _report(outcome: Outcome, path: str, *, already: bool, zip_path: str) -> None:
    from srm_docs import console

    s = outcome.summary
    rows = [(heading, *map(str, counts)) for heading, *counts in outcome.domains]
    console.table(
        f"Self-tests by domain, as read on {outcome.meta.as_read}",
        [("Domain", "left"), ("Met", "right"), ("Deviation", "right"), ("Not read", "right"), ("N/A", "right")],
        rows,
        footer=("All domains", str(s.met), str(s.unmet), str(s.unknown), str(s.not_applicable)),
    )
    if outcome.unread:
        reads = sum(u.reads for u in outcome.unread)
        console.entries(f"Could not be read: {reads:,} planned read{'' if reads == 1 else 's'}", unread(outcome.unread))
    for text in (s.out_of_scope, outcome.meta.mapping_approval + "."):
        if text:
            console.paragraph(text)
    console.out(f"{'Already built' if already else 'Packet'}: {path}")
    if zip_path:
        console.out(f"Zip: {zip_path}")
    console.out(f"Check it with: srm-docs verify {path}")
