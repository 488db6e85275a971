"""From a kept snapshot to files outside a packet: workbooks in other shapes, or as CSV or Parquet. Offline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from srm_docs import folders
from srm_docs.config import Config
from srm_docs.pipeline.judging import judged
from srm_docs.pipeline.progress import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A file that was written. `rows` is None for a workbook, whose Read me counts them."""

    path: Path
    rows: int | None = None


def export(
    config: Config,
    snapshot: str,
    to: Path,
    *,
    names: Sequence[str],
    form: str,
    accounts: Sequence[str] = (),
    progress: Any = None,
) -> Iterator[Exported]:
    """Write each workbook of `names` below the folder `to`, as xlsx, csv or parquet; a file is whole or not there."""
    from srm_docs.render import tables, workbook

    progress = progress or Progress()
    if form == "parquet":
        tables.require_parquet()
    folders.check_output(to, "", write=True)
    given, _, packet = judged(config, snapshot, accounts=accounts, progress=progress)
    for name in names:
        progress.say(f"Writing {name}")
        if form == "xlsx":
            path = to / f"{name}.xlsx"
            with folders.whole(path) as made:
                workbook.write(name, packet, made, register=given.register, users=config.templates)
            yield Exported(path=path)
            continue
        folder = to / name
        for path, rows in tables.write(
            form, packet, folder, name=name, register=given.register, users=config.templates
        ):
            yield Exported(path=path, rows=rows)
