"""`srm-docs evidence`, thin: what is kept, what was removed and when, letting go of it, and copies elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from srm_docs.cli.codes import exit_codes
from srm_docs.cli.options import CONFIG, JSON, OUTPUT, QUIET, configured, print_json

if TYPE_CHECKING:
    from srm_docs.evidence.retention import Swept

_CODES = exit_codes(5, said={4: "S3 could not be read"})
_AT = click.option("--at", metavar="PLACE", default="", help="A copy instead: a folder, or s3://bucket/prefix.")


@click.group()
def evidence() -> None:
    """Look after kept evidence: its history, old snapshots, copies.

    \b
    srm-docs evidence list
    srm-docs evidence export --to s3://bucket/prefix
    """


@evidence.command("list", epilog=_CODES, short_help="All snapshots, removed ones too; does the chain hold?")
@_AT
@OUTPUT
@CONFIG
@JSON
def evidence_list(*, at: str, output: Path | None, config_file: Path | None, as_json: bool) -> None:
    """All snapshots in the order of their chain, removed ones too, and whether the chain holds.

    A snapshot that was removed without a tombstone, changed, added or reordered is named (exit code 5), and a packet
    that cites another history.

    \b
    srm-docs evidence list
    srm-docs evidence list --at s3://bucket/prefix --json
    """
    from srm_docs import console
    from srm_docs.history import Shelf

    data = Shelf(configured(config_file, output=output), at=at).listed()
    if as_json:
        print_json(data)
    else:
        rows = [
            (line["id"], line["state"], str(line.get("questions", "")), str(line.get("refused", "")),
             str(len(line["packets"]) or ""))
            for line in data["snapshots"]
        ]  # fmt: skip
        rows += [(name, "unfinished", "", "", "") for name in data["unfinished"]]
        headings = (
            ("Snapshot", "left"),
            ("State", "left"),
            ("Asked", "right"),
            ("Refused", "right"),
            ("Packets", "right"),
        )
        console.table("", headings, rows)
        for line in data["snapshots"]:
            if line.get("why"):
                console.paragraph(f"{line['id']} {line['state']} {line['removed']}: {line['why']}")
        console.out(f"{data['where']}: {_links(data['links'])}")
        if data["head"]:
            console.out(f"Newest link {data['head']}")
    _faults(data["faults"])
    sys.exit(5 if data["faults"] else 0)


@evidence.command("show", epilog=_CODES, short_help="One snapshot, with every reply compared.")
@click.argument("snapshot", default="latest")
@_AT
@OUTPUT
@CONFIG
@JSON
def evidence_show(*, snapshot: str, at: str, output: Path | None, config_file: Path | None, as_json: bool) -> None:
    """One snapshot, or the latest: what was asked, its digests and links. Every reply is read and compared.

    \b
    srm-docs evidence show
    srm-docs evidence show 2026-11-23T200805Z-1f3a9c --json
    """
    from srm_docs import console, reference
    from srm_docs.history import Shelf

    data = Shelf(configured(config_file, output=output), at=at).shown(snapshot)
    if as_json:
        print_json(data)
    else:
        for line in reference.lines({key.replace("_", " ").capitalize(): _words(data[key]) for key in sorted(data)}):
            console.out(line)
    _faults(data["faults"])
    sys.exit(5 if data["faults"] else 0)


@evidence.command("gc", epilog=_CODES, short_help="Let go of old snapshots, with a tombstone for each.")
@click.argument("snapshots", metavar="[SNAPSHOT]", nargs=-1)
@click.option("--older-than", metavar="DAYS", type=click.IntRange(0), help="Remove older ones (default: as [store]).")
@click.option("--keep-last", metavar="N", type=click.IntRange(1), help="Remove none of the newest; alone: all others.")
@click.option("--even-cited", is_flag=True, help="Remove also what a packet in the output folder cites.")
@click.option("--unfinished", is_flag=True, help="Remove only what was never finished; with --older-than, older ones.")
@click.option("--lost", metavar="ID", help="Put on record that this snapshot is missing; remove nothing.")
@click.option("--why", metavar="TEXT", default="", help="The reason, for the tombstone.")
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@OUTPUT
@CONFIG
@JSON
@QUIET
def evidence_gc(
    *,
    snapshots: tuple[str, ...],
    older_than: int | None,
    keep_last: int | None,
    even_cited: bool,
    unfinished: bool,
    lost: str | None,
    why: str,
    dry_run: bool,
    output: Path | None,
    config_file: Path | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Let go of old snapshots, with a tombstone for each, and of replies that nothing needs.

    The newest one stays, and what a packet in the output folder cites. Without options it does what [store] says;
    where that says nothing, no snapshot goes.

    \b
    srm-docs evidence gc --older-than 2555 --dry-run
    srm-docs evidence gc --keep-last 8
    srm-docs evidence gc 2026-11-23T200805Z-1f3a9c --why "Wrong account."
    srm-docs evidence gc --unfinished --older-than 7
    srm-docs evidence gc --lost 2026-11-23T200805Z-1f3a9c --why "Disk failed."
    """
    from srm_docs import console
    from srm_docs.history import Shelf

    if (snapshots or lost) and not why.strip():
        raise click.UsageError("A snapshot that is named needs a reason for its tombstone: --why TEXT.")
    if (snapshots or lost) and (older_than is not None or keep_last is not None):
        raise click.UsageError("Name snapshots, or say how old: not both.")
    if unfinished and (snapshots or lost or keep_last is not None):
        raise click.UsageError("--unfinished goes with --older-than and --why only.")
    why = console.harmless(why.strip())  # it is printed for years, and UTF-8 has no lone surrogates
    shelf = Shelf(configured(config_file, output=output))
    with console.Progress(quiet=quiet) as progress:
        if lost:
            if snapshots or dry_run:
                raise click.UsageError("--lost removes nothing: give it alone, with --why.")
            shelf.lost(lost, why=why, say=progress.say)
            console.out(f"On record: the snapshot {lost} is lost.")
            return
        if unfinished:
            reason = why or "Never finished."
            swept = shelf.drop_unfinished(older_than or 0, why=reason, dry_run=dry_run, say=progress.say)
            _say_swept(swept, reason, dry_run=dry_run, as_json=as_json)
            return
        rule = shelf.rule(snapshots, days=older_than, keep_last=keep_last, even_cited=even_cited)
        reason = why or f"Retention: older than {rule.days} days and not one of the newest {rule.keep_last}."
        swept = shelf.gc(rule, why=reason, dry_run=dry_run, say=progress.say)
    _say_swept(swept, reason, dry_run=dry_run, as_json=as_json)


def _say_swept(swept: Swept, reason: str, *, dry_run: bool, as_json: bool) -> None:
    from srm_docs import console

    if as_json:
        print_json({"dry_run": dry_run, "removed": list(swept.removed), "replies": swept.bodies, "size": swept.size,
                    "spared": dict(swept.spared), "why": reason})  # fmt: skip
        return
    for name in swept.removed:
        console.out(f"{'Would remove' if dry_run else 'Removed'} {name}")
    for name, reason_to_stay in swept.spared:
        console.paragraph(f"Stays: {name}, {reason_to_stay}")
    if not swept.removed:
        console.out(f"No snapshot {'would go' if dry_run else 'went'}.")
    verb = "Would free" if dry_run else "Freed"
    console.out(f"{verb} {swept.size:,} bytes in {swept.bodies:,} {'reply' if swept.bodies == 1 else 'replies'}.")


@evidence.command("export", epilog=_CODES, short_help="Copy snapshots with their chain to a folder or S3.")
@click.argument("snapshots", metavar="[SNAPSHOT]", nargs=-1)
@click.option("--to", metavar="PLACE", default="", help="A folder, or s3://bucket/prefix (default: as [store]).")
@click.option("--all", "every", is_flag=True, help="Every snapshot (default: the latest).")
@_AT
@OUTPUT
@CONFIG
@JSON
@QUIET
def evidence_export(
    *,
    snapshots: tuple[str, ...],
    to: str,
    every: bool,
    at: str,
    output: Path | None,
    config_file: Path | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Copy snapshots with their whole chain to a folder or to S3, and read the copy back.

    What is there is not copied again; a copy that was broken off is finished by repeating it.

    \b
    srm-docs evidence export --to backup/evidence
    srm-docs evidence export --all --to s3://bucket/prefix
    srm-docs evidence export --all --at s3://bucket/prefix --to again/evidence
    srm-docs build --from latest --output again
    """
    from srm_docs import console
    from srm_docs.history import Shelf

    if every and snapshots:
        raise click.UsageError("Name snapshots, or --all: not both.")
    shelf = Shelf(configured(config_file, output=output), at=at)
    with console.Progress(quiet=quiet) as progress:
        done = shelf.export(snapshots, to, every=every, say=progress.say)
    if as_json:
        print_json({"added": done.added, "head": done.head, "left_out": list(done.left_out), "links": done.links,
                    "replies": done.bodies, "size": done.size, "snapshots": list(done.snapshots)})  # fmt: skip
        return
    for name in done.snapshots:
        console.out(f"Copied {name}")
    console.out(f"Read back: {done.bodies:,} replies, {done.size:,} bytes; {_links(done.links)}")
    console.out(f"Newest link {done.head}")
    if done.left_out:
        console.out(f"Not in the copy: {len(done.left_out)} other snapshots of the chain.")


def _links(number: int) -> str:
    return "no chain yet" if not number else f"a chain of {number} {'link' if number == 1 else 'links'}"


def _words(value: Any) -> Any:
    if isinstance(value, Mapping):
        return [f"{key}: {count:,}" for key, count in value.items()]
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else value


def _faults(faults: Sequence[str]) -> None:
    """After the result and on stderr, like everything that a person has to act on."""
    from srm_docs import console

    for fault in faults:
        console.err(f"Error: {fault}", 7)
    if faults:
        console.err("Mend:  docs/evidence.md says what each means; restore from a backup what is missing.", 7)
