"""The register that goes with a snapshot: the folder of the configuration, or the demo's own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from srm_docs.declare import load
from srm_docs.declare.register import FOLDER, Register

if TYPE_CHECKING:
    from srm_docs.catalog.model import Catalog
    from srm_docs.config import Config
    from srm_docs.evidence.entry import Header


def register_folder(config: Config) -> Path | None:
    """The folder in use: the one that is configured, or register/ in the working folder where it is there."""
    if config.register is not None:
        return config.register
    return Path(FOLDER) if os.path.isdir(FOLDER) else None  # noqa: PTH112 - Path.is_dir raises where it may not look


def register_of(config: Config, catalog: Catalog, header: Header) -> Register:
    """What management registered. Raises RegisterError with every fault. The demo's company has its own, made up."""
    if header.demo and config.register is None:
        from srm_docs.demo.registered import registered

        return registered(header, catalog)
    return load.load(register_folder(config), catalog)
