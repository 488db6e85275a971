"""A name in, the folder of that name out: `controls` or `templates`, from the wheel or from the checkout.

A wheel carries both trees inside the package. An editable install has none there, so the checkout around the
package is looked at next.
"""

from __future__ import annotations

from importlib.abc import Traversable
from importlib.resources import files
from pathlib import Path

from srm_docs.errors import UsageError


def controls() -> Traversable:
    """Folder of the catalog: `domains/`, `frameworks/`, `aws-reports.yaml`, `sources.yaml`."""
    return _folder("controls")


def templates() -> Traversable:
    """Folder of the templates that come with srm-docs."""
    return _folder("templates")


def _folder(name: str) -> Traversable:
    packaged = files("srm_docs") / name
    if packaged.is_dir():
        return packaged
    checkout = Path(__file__).resolve().parent.parent / name
    if checkout.is_dir():
        return checkout
    raise UsageError(
        f"srm-docs is installed without its {name} folder.",
        hint="Install it again, or run it from a complete checkout.",
    )
