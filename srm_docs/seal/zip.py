"""One file to send: a sealed packet's folder in, a zip with the same bytes at every time and place out.

Fixed times, sorted names, fixed permissions, the folder's name on top. Only what the manifest names goes in, with the
files that close it. Compressed bytes are the same wherever zlib is; the files inside are the same everywhere.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import threading
import zipfile
from pathlib import Path
from typing import Final

from srm_docs import leftovers
from srm_docs.errors import OutputError, VerificationFailed
from srm_docs.seal import manifest

BESIDE: Final = re.compile(r"\.[A-Za-z0-9].*\.zip-\d+-\d+")
"""Names of zips that are not whole yet."""
_WHEN: Final = (1980, 1, 1, 0, 0, 0)
_PACKED: Final = (".pdf", ".xlsx")  # compressed already
_BLOCK: Final = 1 << 20


def write_zip(folder: Path, target: Path | None = None) -> Path:
    """Write `target` (default: the folder's name with `.zip`, beside it), whole or not at all.

    OutputError where it cannot be written, VerificationFailed where the folder is no whole packet.
    """
    target = target or folder.with_name(f"{folder.name}.zip")
    names = _names(folder)
    beside = target.with_name(f".{target.name}-{os.getpid()}-{threading.get_ident()}")
    try:
        leftovers.sweep(path for path in target.parent.glob(".*") if BESIDE.fullmatch(path.name))
        beside.unlink(missing_ok=True)
        with os.fdopen(leftovers.hold(beside, 0o666), "w+b") as file:
            with zipfile.ZipFile(file, "w", strict_timestamps=True) as made:
                for name in names:
                    _add(made, folder / name, f"{folder.name}/{name}")
            file.flush()
            os.fsync(file.fileno())
            beside.replace(target)
    except OSError as fault:
        raise OutputError(
            f"The zip {target} cannot be written: {fault.strerror or fault}.",
            hint="Mend the permissions or the space of that folder.",
        ) from fault
    finally:
        beside.unlink(missing_ok=True)
    return target


def _names(folder: Path) -> list[str]:
    try:
        closed = manifest.decode((folder / manifest.MANIFEST).read_bytes())
    except (OSError, ValueError) as fault:
        raise VerificationFailed(f"{folder} is no sealed packet: {fault}.", hint="Build it again.") from fault
    names = sorted((*(file.path for file in closed.files), *closed.closing))
    for name in names:
        path = folder / name
        if not path.is_file() or path.is_symlink():
            raise VerificationFailed(f"{path} is missing from the packet.", hint=f"Run `srm-docs verify {folder}`.")
    return names


def _add(made: zipfile.ZipFile, path: Path, name: str) -> None:
    info = zipfile.ZipInfo(name, _WHEN)
    info.create_system = 3  # Unix, wherever it is made
    info.external_attr = (stat.S_IFREG | 0o644) << 16
    info.compress_type = zipfile.ZIP_STORED if path.suffix in _PACKED else zipfile.ZIP_DEFLATED
    info.file_size = path.stat().st_size  # decides about zip64
    with path.open("rb") as source, made.open(info, "w") as part:
        shutil.copyfileobj(source, part, _BLOCK)
