"""`srm-docs register`: what management says, listed, shown and set."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import click

from srm_docs.cli.codes import exit_codes
from srm_docs.cli.importing import BY, DRY_RUN, PARTIAL, code, show
from srm_docs.cli.options import CONFIG, JSON, configured, print_json

_CODES = exit_codes(3)
_WRITES = exit_codes(said={3: "nothing was written: controls/, register/ or a value is wrong"})


@click.group(short_help="List, show or set what people say.")
def register() -> None:
    """List, show or set what people say: own controls, responses, exceptions.

    \b
    srm-docs register list
    srm-docs register show controls SRM-02-01
    srm-docs register set controls SRM-02-01 owner="Platform lead"
    """


@register.command("list", epilog=_CODES, short_help="All kinds, or the items of one.")
@click.argument("kind", required=False)
@CONFIG
@JSON
def register_list(*, kind: str | None, config_file: Path | None, as_json: bool) -> None:
    """All kinds and how many items each has, or the items of one kind.

    \b
    srm-docs register list
    srm-docs register list risk-acceptances
    """
    from srm_docs import console, pipeline
    from srm_docs.declare import write

    config = configured(config_file)
    found = pipeline.editor(config, pipeline.catalog(config)).register
    if kind is None:
        rows = [(name, len(found.items(name)), write.title(name)) for name in write.kinds()]
        if as_json:
            print_json({name: number for name, number, _ in rows})
            return
        heads = [("Kind", "left"), ("Items", "right"), ("What it is", "left")]
        console.table("", heads, [(name, str(number), title) for name, number, title in rows])
        if said := pipeline.no_register(config):
            console.paragraph(said)
        return
    fields = write.fields(kind)
    items = [{name: write.spell(getattr(item, name)) for name in fields} for item in found.items(kind)]
    if as_json:
        print_json(items)
        return
    second = next(name for name in [*list(fields)[1:]] if fields[name].form in ("line", "text", "word"))
    console.pairs([(item["id"], item[second]) for item in items])
    console.paragraph(f"{write.title(kind)}: {len(items)}. `srm-docs register show {kind} ID` tells all about one.")
    if said := pipeline.no_register(config):
        console.paragraph(said)


@register.command("show", epilog=_CODES, short_help="One item with all its fields.")
@click.argument("kind")
@click.argument("item", metavar="ID")
@CONFIG
@JSON
def register_show(*, kind: str, item: str, config_file: Path | None, as_json: bool) -> None:
    """One item with all its fields, and what each field may hold.

    \b
    srm-docs register show controls SRM-02-01
    """
    from srm_docs import console, pipeline
    from srm_docs.declare import write
    from srm_docs.errors import UsageError
    from srm_docs.sourcefile import near

    config = configured(config_file)
    opened = pipeline.editor(config, pipeline.catalog(config))
    fields = write.fields(kind)
    if not opened.has(kind, item):
        known = [one.id for one in opened.register.items(kind)]
        raise UsageError(f'{kind} have no "{item}"{near(item, known)}')
    values = {name: write.spell(opened.value(write.Cell(kind, item, name))) for name in fields}
    if as_json:
        described = {name: {**dataclasses.asdict(field), "allowed": field.allowed} for name, field in fields.items()}
        print_json({"fields": described, "item": values, "kind": kind})
        return
    for name, field in fields.items():
        console.item(f"{name}: {values[name] or 'NOT PROVIDED'}", 2)
        console.item(f"    {field.about}" + (f" One of: {', '.join(field.allowed)}." if field.allowed else ""))


@register.command("set", epilog=_WRITES, short_help="Set fields of an item; comments and order stay.")
@click.argument("kind")
@click.argument("item", metavar="ID")
@click.argument("values", metavar="FIELD=VALUE", nargs=-1, required=True)
@click.option("--dry-run", is_flag=True, help="Show the change and write nothing.")
@CONFIG
@JSON
def register_set(
    *, kind: str, item: str, values: tuple[str, ...], dry_run: bool, config_file: Path | None, as_json: bool
) -> None:
    """Set fields of an item; an empty VALUE takes one away, a list is parted by commas.

    One entry with a comma of its own stands in double quotes: services_missing='"Paris, France"'.

    An ID that is not there is added. Nothing is written unless the whole register is sound.

    \b
    srm-docs register set controls SRM-02-01 owner="Platform lead"
    srm-docs register set soa A.8.20 applicable=yes reasons=contract
    """
    from srm_docs import console, pipeline
    from srm_docs.declare import write
    from srm_docs.errors import RegisterError, UsageError

    write.fields(kind)
    if command := write.writer(kind):
        raise UsageError(
            f"{kind} cannot be set: `{command}` writes them, so that the record of who handed in what stays true.",
            hint="What stands there by mistake is taken out in the file itself, where the change is seen.",
        )
    config = configured(config_file)
    opened = pipeline.editor(config, pipeline.catalog(config))
    wrong = []
    for given in values:
        name, equals, value = given.partition("=")
        if not equals:
            raise click.UsageError(f"{given} is no FIELD=VALUE, such as owner='Platform lead'.")
        try:
            opened.set(write.Cell(kind, item, name), value)
        except write.WrongValue as fault:
            wrong.append(f'"{name}" {fault}')
    if wrong:
        raise RegisterError(f"Nothing was written, because values of {item} do not fit:", faults=wrong)
    changes = [str(change) for change in opened.changes()]
    if dry_run:
        opened.check()
    written = [] if dry_run else [str(path) for path in opened.save()]
    if as_json:
        print_json({"changes": changes, "written": written})
        return
    for line in changes:
        console.item(line)
    console.out(f"Wrote {', '.join(written)}" if written else "Nothing was written." if changes else "Nothing changes.")


@register.command("import-requests", epilog=_WRITES, short_help="Read the auditor's list of requests (PBC).")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--columns", required=True, metavar="MAP", help="Where each field stands: Number=A,Text=C,Due=D.")
@click.option("--sheet", default="", help="The sheet (default: the first).")
@click.option("--first", type=click.IntRange(min=1), help="Row of the first request, if columns are letters.")
@BY
@DRY_RUN
@PARTIAL
@CONFIG
@JSON
def register_import_requests(
    *,
    file: Path,
    columns: str,
    sheet: str,
    first: int | None,
    by: str,
    dry_run: bool,
    partial: bool,
    config_file: Path | None,
    as_json: bool,
) -> None:
    """Read the auditor's own list of requests from their workbook into requests.yaml.

    \b
    srm-docs register import-requests PBC.xlsx --columns "Number=A,Text=C,Due=D" \\
        --by "External auditor"

    A column is a letter or its heading. Requests keep the auditor's numbers; what is there already is brought up to
    date, and a blank cell changes nothing. Fields: id (or Number), text, due, status, owner, evidence, soc2,
    iso27001, note.
    """
    from srm_docs import pipeline

    how = pipeline.Handed(by=by, partial=partial, dry_run=dry_run)
    made = pipeline.import_requests(configured(config_file), file, how, columns=columns, sheet=sheet, first=first or 0)
    show(made, dry_run, as_json=as_json)
    sys.exit(code(made, dry_run))
