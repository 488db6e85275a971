"""Where evidence is kept: settings or a place's name in, the store or the copy that they name out."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Final

from srm_docs.evidence.bodies import Archive, Store
from srm_docs.evidence.settings import StoreSettings
from srm_docs.evidence.store import FolderStore

if TYPE_CHECKING:
    from srm_docs.evidence.s3_bucket import Tried

FOLDER: Final = "evidence"
BESIDE: Final = "evidence-cache"
S3: Final = "s3://"


def working_store(settings: StoreSettings, output: Path, *, now: dt.datetime) -> Store:
    """The store that runs work in: `place` of [store], else a folder in the output folder."""
    if not settings.place:
        return FolderStore(output / FOLDER)
    from srm_docs.evidence.s3_store import S3Store

    return S3Store(settings.place, settings, now=now, cache=output / BESIDE)


def copy_at(text: str, settings: StoreSettings, *, now: dt.datetime, protect: bool = True) -> Archive:
    """The copy that a text names: a folder, or `s3://bucket/prefix` entered as `[store]` says."""
    if text.startswith(S3):
        from srm_docs.evidence.s3 import S3Archive

        return S3Archive(text, settings, now=now, protect=protect)
    return FolderStore(Path(text))


def tried(settings: StoreSettings, *, now: dt.datetime) -> tuple[Tried, ...]:
    """What S3 says to who lists, reads and writes at `place` of [store]; nothing where evidence lives in a folder."""
    if not settings.place:
        return ()
    from srm_docs.evidence.s3_bucket import Bucket

    return tuple(Bucket(settings.place, settings, now=now).try_out())


def overlap(one: Archive, other: Archive) -> bool:
    """Whether they are the same place, or one lies in the other."""
    if isinstance(one, FolderStore) and isinstance(other, FolderStore):
        ours, theirs = one.folder.resolve(), other.folder.resolve()
        return ours == theirs or ours in theirs.parents or theirs in ours.parents
    ours_at, theirs_at = f"{one.where}/", f"{other.where}/"
    return ours_at.startswith(theirs_at) or theirs_at.startswith(ours_at)
