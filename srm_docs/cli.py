"""The command line, thin: arguments in, one call into the pipeline each, words and an exit code out."""

from __future__ import annotations

import contextlib
import os
import sys
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

import srm_docs
from srm_docs import interrupt
from srm_docs.errors import Interrupted, MissingLibrary, OutputError, SrmDocsError
from srm_docs.evidence_commands import evidence
from srm_docs.options import CONFIG as _CONFIG
from srm_docs.options import EXIT_CODES
from srm_docs.options import FRAMEWORKS as _FRAMEWORKS
from srm_docs.options import JSON as _JSON
from srm_docs.options import ORG as _ORG
from srm_docs.options import OUTPUT as _OUTPUT
from srm_docs.options import QUIET as _QUIET
from srm_docs.options import configured as _config
from srm_docs.options import print_json as _json

if TYPE_CHECKING:
    from srm_docs.packet.model import Packet

_SIGPIPE = 141
"""What a shell says of a program whose reader went away: unlike 0, it promises nothing."""
_INTERRUPTED = Interrupted("Interrupted.", hint="Nothing half-written stays; repeat the command.")


class _ReaderGone(Exception):
    """Whoever read our output closed it. Not an OSError, for which click would exit with 1: `--fail-on` matched."""


class _StdoutFull(Exception):
    """What takes our output refuses it: a full disk, most often."""


class _Stdout:
    """The stdout that there is, whose errors say that they are its own and not those of another file."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        with _own_errors():
            return self._stream.write(text)

    def flush(self) -> None:
        with _own_errors():
            self._stream.flush()


@contextlib.contextmanager
def _own_errors() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError as closed:
        raise _ReaderGone from closed
    except OSError as fault:
        raise _StdoutFull(fault.strerror) from fault


class _Commands(click.Group):
    def invoke(self, ctx: click.Context) -> Any:
        """Run a command and write out what it said, while it is known what to do if nobody listens."""
        try:
            try:
                result = super().invoke(ctx)
            except SystemExit:
                sys.stdout.flush()
                raise
            sys.stdout.flush()
        except BrokenPipeError as closed:
            raise _ReaderGone from closed
        return result


@click.group(
    cls=_Commands, epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80}
)
@click.version_option(srm_docs.__version__, prog_name="srm-docs")
def cli() -> None:
    """Turn the AWS shared responsibility model into audit packets.

    \b
    See one without an AWS account:   srm-docs build --demo
    Begin with your own account:      srm-docs init, then srm-docs build
    """


@cli.command(epilog=EXIT_CODES, short_help="Everything: collect, judge, print and seal a packet.")
@click.option("--demo", is_flag=True, help="Use a made-up estate on this machine: no AWS account, no network.")
@click.option("--from", "snapshot", metavar="SNAPSHOT", help="Build from a kept snapshot (id or `latest`), offline.")
@click.option(
    "--framework", "frameworks", multiple=True, type=click.Choice(_FRAMEWORKS), help="Only this framework; repeatable."
)
@_ORG
@click.option("--account", "accounts", metavar="ID", multiple=True, help="A packet of this account only; repeatable.")
@_OUTPUT
@click.option(
    "--fail-on", type=click.Choice(["unmet", "unknown"]), multiple=True, help="Exit 1 if a self-test is so; repeatable."
)
@click.option("--allow-refusals", is_flag=True, help="Exit 0 although planned calls were refused.")
@click.option("--zip", "zipped", is_flag=True, help="Also write the packet as one .zip file.")
@_CONFIG
@_JSON
@_QUIET
def build(
    *,
    demo: bool,
    org: bool,
    snapshot: str | None,
    frameworks: tuple[str, ...],
    accounts: tuple[str, ...],
    output: Path | None,
    fail_on: tuple[str, ...],
    allow_refusals: bool,
    zipped: bool,
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
    srm-docs build --framework soc2 --zip     one framework, and a zip beside it
    srm-docs build --fail-on unmet            for CI
    """
    from srm_docs import console, pipeline

    if demo and snapshot:
        raise click.UsageError("--demo collects anew and --from does not: give one of them.")
    config = _config(config_file, output=output, frameworks=frameworks, demo=demo, org=org)
    pipeline.can_build(config)
    pipeline.can_print(config)
    with console.Progress(quiet=quiet) as progress:
        stopped: Sequence[str] = ()
        if snapshot is None:
            collected = pipeline.collect(config, demo=demo, progress=progress)
            snapshot, stopped = collected.snapshot, collected.stopped
        try:
            built = pipeline.build(config, snapshot, accounts=accounts, zipped=zipped, progress=progress)
        except KeyboardInterrupt:
            hint = f"Nothing half-written stays. Go on with: srm-docs build --from {snapshot}"
            raise Interrupted("Interrupted. The evidence is kept.", hint=hint) from None
    code = _exit_code(built.packet, stopped, fail_on, allow_refusals=allow_refusals or built.packet.meta.demo)
    if as_json:
        _json(pipeline.result_data(built, code))
    else:
        _report(built.packet, str(built.path), already=built.already, zip_path=str(built.zip_path or ""))
    _say_stopped(stopped)
    sys.exit(code)


@cli.command(epilog=EXIT_CODES)
@click.option("--demo", is_flag=True, help="Use a made-up estate on this machine.")
@click.option("--resume", is_flag=True, help="Finish the newest interrupted collection.")
@click.option("--allow-refusals", is_flag=True, help="Exit 0 although planned calls were refused.")
@_ORG
@_OUTPUT
@_CONFIG
@_JSON
@_QUIET
def collect(
    *,
    demo: bool,
    org: bool,
    resume: bool,
    allow_refusals: bool,
    output: Path | None,
    config_file: Path | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Read AWS and keep the answers; print no document.

    \b
    srm-docs collect             a new snapshot
    srm-docs collect --org       of every account of the AWS organization
    srm-docs collect --resume    go on where an interrupted one stopped
    """
    from srm_docs import console, pipeline

    config = _config(config_file, output=output, demo=demo, org=org)
    with console.Progress(quiet=quiet) as progress:
        done = pipeline.collect(config, demo=demo, resume=resume, progress=progress)
    if as_json:
        _json({"answers": done.answers, "out_of_scope": done.out_of_scope, "record": done.record,
               "snapshot": done.snapshot, "states": dict(done.states), "stopped": list(done.stopped)})  # fmt: skip
    else:
        console.table("Planned reads", [("State", "left"), ("Reads", "right")], [(s, f"{n:,}") for s, n in done.states])
        if done.out_of_scope:
            console.paragraph(done.out_of_scope)
        console.out(f"Snapshot {done.snapshot}")
        console.out(f"Build from it with: srm-docs build --from {done.snapshot}")
    refused = done.refused and not (allow_refusals or done.demo)
    _say_stopped(done.stopped)
    sys.exit(4 if done.stopped else 8 if refused else 0)


@cli.command(
    epilog="Exit codes: 0 as sealed, 2 not a packet, 7 something differs.", short_help="Check a packet offline."
)
@click.argument("packet", type=click.Path(path_type=Path))
@click.option("--expect", default="", metavar="SHA256", help="The digest of manifest.json that the sender told you.")
@_JSON
def verify(*, packet: Path, expect: str, as_json: bool) -> None:
    """Check a packet (folder or zip) offline: its bytes, its signature, its conclusions.

    \b
    srm-docs verify output/packets/latest
    srm-docs verify packet.zip --json
    srm-docs verify packet.zip --expect "$digest"   as the sender told it
    """
    from srm_docs.verify.open import verify as open_and_verify

    report = open_and_verify(packet, expect=expect)
    if as_json:
        _json(report.to_data())
    else:
        from srm_docs import console

        for line in report.lines():
            console.out(line)
    sys.exit(0 if report.sound else 7)


@cli.command(
    epilog="Exit codes: 0 sound, 2 usage or configuration, 3 controls/ is wrong.", short_help="Check controls/."
)
@click.option("--controls", type=click.Path(path_type=Path), help="The folder to check (default: the one in use).")
@_CONFIG
@_JSON
def lint(*, controls: Path | None, config_file: Path | None, as_json: bool) -> None:
    """Check controls/ and its join with the checks; name every fault with file and line.

    \b
    srm-docs lint
    srm-docs lint --controls my-controls
    """
    from srm_docs import console, pipeline

    catalog, faults = pipeline.lint(controls or _config(config_file).controls)
    if as_json:
        _json(pipeline.lint_data(catalog, faults))
    elif faults or catalog is None:
        for fault in faults:
            console.out(str(fault))
        console.err(f"{len(faults)} {'fault' if len(faults) == 1 else 'faults'}")
    else:
        console.out(pipeline.catalog_words(catalog))
    sys.exit(3 if faults else 0)


@cli.group()
def checks() -> None:
    """List the self-tests, or show one.

    \b
    srm-docs checks list
    srm-docs checks show volumes_are_encrypted
    """


@checks.command("list")
@_JSON
def checks_list(*, as_json: bool) -> None:
    """All self-tests: id, severity, title.

    \b
    srm-docs checks list
    srm-docs checks list --json
    """
    from srm_docs import console
    from srm_docs.checks.discover import checks as all_checks

    if as_json:
        _json(
            [
                {"bullets": list(c.bullets), "id": c.id, "severity": str(c.severity), "title": c.title}
                for c in all_checks()
            ]
        )
        return
    found = all_checks()
    console.entries("Self-tests, and what is true when they are met", [(c.id, str(c.severity), c.title) for c in found])
    console.out(f"{len(found)} checks. `srm-docs checks show ID` tells all about one.")


@checks.command("show")
@click.argument("name", metavar="ID")
@_JSON
def checks_show(*, name: str, as_json: bool) -> None:
    """One self-test: what it asks, why, and how it is judged.

    \b
    srm-docs checks show volumes_are_encrypted
    """
    from srm_docs import console, reference

    data = reference.check(name)
    if as_json:
        _json(data)
    else:
        for line in reference.lines(data):
            console.out(line)


@cli.group()
def controls() -> None:
    """List criteria, controls and responsibilities, or show one.

    \b
    srm-docs controls list --framework iso27001
    srm-docs controls show A.8.20
    """


@controls.command("list", short_help="All criteria and controls, then the responsibilities with their checks.")
@click.option("--framework", type=click.Choice(_FRAMEWORKS), help="Only this framework.")
@_CONFIG
@_JSON
def controls_list(*, framework: str | None, config_file: Path | None, as_json: bool) -> None:
    """All criteria, controls and clauses, then the responsibilities of the AWS model and how many checks speak of each.

    \b
    srm-docs controls list
    srm-docs controls list --framework soc2
    """
    from srm_docs import console, pipeline, reference

    data = reference.listing(pipeline.catalog(_config(config_file)), framework)
    if as_json:
        _json(data)
        return
    rows = [(r["id"], r["owner"], str(r["links"]), r["title"]) for r in data["requirements"]]
    console.table("", [("Id", "left"), ("Owner", "left"), ("Links", "right"), ("Title", "left")], rows)
    console.entries(
        "Responsibilities of the AWS model, and how many checks speak of them",
        [
            (b["id"], f"{', '.join(dict.fromkeys((b['side'], b['kind'])))}, checks: {b['checks']}", b["text"])
            for b in data["responsibilities"]
        ],
    )


@controls.command("show")
@click.argument("name", metavar="ID")
@_CONFIG
@_JSON
def controls_show(*, name: str, config_file: Path | None, as_json: bool) -> None:
    """One criterion, control, clause or responsibility with its links.

    \b
    srm-docs controls show CC6.6
    srm-docs controls show networking.security-groups-nacls
    """
    from srm_docs import console, pipeline, reference

    data = reference.control(pipeline.catalog(_config(config_file)), name)
    if as_json:
        _json(data)
    else:
        for line in reference.lines(data):
            console.out(line)


@cli.command(short_help="Print the least-privilege IAM policy for collecting, or its role.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "cloudformation", "terraform"]),
    default="json",
    help="The policy, or a template that makes the role with it (default: json).",
)
@click.option("--org", is_flag=True, help="What the session needs that lists the organization; json only.")
@click.option(
    "--partition",
    type=click.Choice(["aws", "aws-us-gov", "aws-cn"]),
    default="aws",
    help="Of the ARNs in the json; a template asks AWS (default: aws).",
)
@click.option("--output", type=click.Path(path_type=Path), help="Write files into this folder instead of printing.")
@_CONFIG
@_JSON
def policy(
    *, form: str, org: bool, partition: str, output: Path | None, config_file: Path | None, as_json: bool
) -> None:
    """Print the least-privilege IAM policy that `collect` needs, derived from the calls.

    IAM takes 6,144 characters in one managed policy, so it comes in parts: a JSON list of policies, or with --output
    a file each. Attach all of them to the role.

    \b
    srm-docs policy --output policies         srm-docs-1.json and so on
    srm-docs policy --format cloudformation > srm-docs-role.json
    srm-docs policy --format terraform > srm-docs-role.tf
    srm-docs policy --org                     for the session that lists accounts
    """
    from srm_docs import console, policyfiles

    if org and form != "json":
        raise click.UsageError("--org prints a policy for a session that exists: leave --format away.")
    if as_json and form == "terraform" and output is None:
        raise click.UsageError("Terraform is not JSON: leave --json away, or write a file with --output.")
    if form != "json":
        files = policyfiles.template(form)
    elif org:
        wanted = _config(config_file, org=True).organization
        files = policyfiles.lister(role_name=wanted.role_name if wanted else "", partition=partition)
    else:
        files = policyfiles.parts(partition=partition)
    in_parts = form == "json" and not org
    if output is not None:
        paths = policyfiles.write(output, files)
        console.out(policyfiles.text({"files": paths}).rstrip() if as_json else "\n".join(f"Wrote {p}" for p in paths))
    else:
        click.echo(policyfiles.listed(files) if in_parts else "".join(files.values()), nl=False)
    if in_parts:
        console.err(policyfiles.advice(len(files)))
        for name in policyfiles.left_over(output, files) if output else ():
            console.err(f"{name} in that folder is of an earlier run and no part of the policy any more.")


@cli.command(
    epilog="Exit codes: 0 nothing would be refused, 2 usage or configuration, 3 controls/ is wrong,\n"
    "4 a run could not begin, 8 something would be refused.",
    short_help="Look before a run: what would be refused or missing.",
)
@_ORG
@_CONFIG
@_JSON
@_QUIET
def doctor(*, org: bool, config_file: Path | None, as_json: bool, quiet: bool) -> None:
    """Look before a run: who we are, what would be refused, and what is missing.

    Asks each call that depends on no other once an account, in one region, and keeps nothing.

    \b
    srm-docs doctor
    srm-docs doctor --org --json
    """
    from srm_docs import console
    from srm_docs import doctor as examination

    with console.Progress(quiet=quiet) as progress:
        report = examination.examine(_config(config_file, org=org), progress)
    if as_json:
        _json(examination.to_data(report))
    else:
        for title, rows in examination.entries(report):
            console.entries(title, rows)
        console.paragraph(examination.verdict(report))
    sys.exit(report.exit_code)


@cli.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path())
@click.option("--print", "printed", is_flag=True, help="Print it instead of writing it.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@_JSON
def init(*, folder: Path, printed: bool, force: bool, as_json: bool) -> None:
    """Write a commented srm-docs.toml to begin with.

    \b
    srm-docs init
    srm-docs init --print
    """
    from srm_docs import console, starter

    if printed:
        if as_json:
            _json({"text": starter.text()})
        else:
            console.out(starter.text())
        return
    path = starter.write(folder, force=force)
    if as_json:
        _json({"file": str(path)})
    else:
        console.out(f"Wrote {path}. Next: edit it, then `srm-docs build`.")


cli.add_command(evidence)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run, and turn every expected error into a sentence and an exit code. A bug is a traceback and 70."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever started us, who wants to hear nothing
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w"))
    stdout = sys.stdout
    sys.stdout = _Stdout(stdout)
    try:
        _run(arguments)
    finally:
        sys.stdout = stdout


def _run(arguments: Sequence[str] | None) -> None:
    try:
        cli.main(args=list(arguments) if arguments is not None else None, prog_name="srm-docs", standalone_mode=False)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (KeyboardInterrupt, click.exceptions.Abort):
        _complain(_INTERRUPTED)
    except SrmDocsError as error:
        _complain(error)
    except _ReaderGone:
        _drop_stdout()
        sys.exit(_SIGPIPE)
    except ModuleNotFoundError as missing:
        name = (missing.name or "").partition(".")[0]
        if name == "srm_docs":
            raise
        _complain(MissingLibrary(f"The library {name} is not installed.", hint="pip install srm-docs"))
    except _StdoutFull as full:
        _drop_stdout()
        mend = "Make space, or send stdout elsewhere. What was collected or built is kept."
        _complain(OutputError(f"The result could not be written to stdout: {full}.", hint=mend))
    except Exception:  # noqa: BLE001 - the last line of defence says that it is our bug
        _unforeseen()


def _unforeseen() -> None:
    """Print the error being handled as our bug, unless Ctrl-C came: then a library made another error of it."""
    if interrupt.pressed():
        _complain(_INTERRUPTED)
    click.echo(_told(traceback.format_exc()), err=True)
    click.echo("This is a bug in srm-docs. Please report the lines above.", err=True)
    sys.exit(70)


def _drop_stdout() -> None:
    """Send what still waits to nowhere: there is nothing more to complain about at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _told(trace: str) -> str:
    # Whoever reports a bug pastes these lines, and what tripped the program may have been a reply nobody has redacted.
    from srm_docs.evidence.redact import Redactor

    return Redactor(os.urandom(32)).redact_text(trace.rstrip())


def _complain(error: SrmDocsError) -> None:
    from srm_docs import console

    console.complain(error)
    sys.exit(error.exit_code)


def _say_stopped(accounts: Sequence[str]) -> None:
    """The one thing to know of a run whose credentials ran out, after everything else and on stderr."""
    from srm_docs import console
    from srm_docs.packet.coverage import GO_ON

    if accounts:
        console.err(f"The credentials of {', '.join(accounts)} stopped working during the run.")
        console.err(f"Mend:  {GO_ON}")


def _exit_code(packet: Packet, stopped: Sequence[str], fail_on: Sequence[str], *, allow_refusals: bool) -> int:
    if stopped:
        return 4
    if ("unmet" in fail_on and packet.summary.unmet) or ("unknown" in fail_on and packet.summary.unknown):
        return 1
    return 8 if packet.unread and not allow_refusals else 0


def _unread(packet: Packet) -> list[tuple[str, str, str]]:
    """What could not be read, a line each for the same call, state and mend: what, where and what to do."""
    from srm_docs.packet.words import call_words

    places: dict[tuple[str, str, str], list[str]] = {}
    for u in packet.unread:
        places.setdefault((u.call, u.state, u.mend), []).append(f"{u.account}/{u.region}")
    return [
        (call_words(call), f"{state} in {', '.join(at[:2])}" + (f" and {len(at) - 2} more" if at[2:] else ""), mend)
        for (call, state, mend), at in places.items()
    ]


def _report(packet: Packet, path: str, *, already: bool, zip_path: str) -> None:
    from srm_docs import console

    s = packet.summary
    rows = [
        (f"{d.number:>2} {d.title}", str(d.met), str(d.unmet), str(d.unknown), str(d.not_applicable))
        for d in packet.domains
    ]
    console.table(
        f"Self-tests by domain, as read on {packet.meta.as_read}",
        [("Domain", "left"), ("Met", "right"), ("Deviation", "right"), ("Not read", "right"), ("N/A", "right")],
        rows,
        footer=("All domains", str(s.met), str(s.unmet), str(s.unknown), str(s.not_applicable)),
    )
    if packet.unread:
        reads = sum(u.reads for u in packet.unread)
        console.entries(f"Could not be read: {reads:,} planned read{'' if reads == 1 else 's'}", _unread(packet))
    for text in (s.out_of_scope, packet.meta.mapping_approval + "."):
        if text:
            console.paragraph(text)
    console.out(f"{'Already built' if already else 'Packet'}: {path}")
    if zip_path:
        console.out(f"Zip: {zip_path}")
    console.out(f"Check it with: srm-docs verify {path}")


if __name__ == "__main__":
    main()
