"""The catalog in use, with its faults told all at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from srm_docs import resources
from srm_docs.catalog import load as catalog_load
from srm_docs.checks import discover, join
from srm_docs.config import Config
from srm_docs.errors import CatalogError

if TYPE_CHECKING:
    from srm_docs.catalog.model import Catalog
    from srm_docs.sourcefile import Fault


def catalog(config: Config) -> Catalog:
    """The catalog in use. Raises CatalogError with every fault, those of the join with the checks included."""
    found, faults = lint(config.controls)
    if faults or found is None:
        raise CatalogError(
            f"controls/ has {len(faults)} {'fault' if len(faults) == 1 else 'faults'}:",
            faults=[str(f) for f in faults],
            hint="Mend the lines named; `srm-docs lint` checks again.",
        )
    return found


def lint(controls: Path | None) -> tuple[Catalog | None, tuple[Fault, ...]]:
    """The catalog, if it can be read, and every fault in it and in its join with the checks."""
    found = catalog_load.survey(controls or resources.controls())
    return found.catalog, tuple(sorted((*found.faults, *join.faults(found.bullets, discover.checks()))))


def catalog_counts(found: Catalog) -> dict[str, int]:
    """How many there are of everything in the catalog, and of checks."""
    real = [r for r in found.responsibilities if r.links]
    aws = sum(r.side == "aws" for r in real)
    kinds = {k: sum(r.kind == k for r in found.requirements()) for k in ("criterion", "control", "clause")}
    return {
        "annex_a_controls": kinds["control"],
        "aws_responsibilities": aws,
        "checks": len(discover.checks()),
        "customer_responsibilities": len(real) - aws,
        "domains": len(found.domains),
        "isms_clauses": kinds["clause"],
        "links": sum(len(r.links) for r in real),
        "soc2_criteria": kinds["criterion"],
    }


def catalog_words(found: Catalog) -> str:
    """`21 + 18 responsibilities …`, for lint."""
    n = catalog_counts(found)
    return (
        f"controls/ is sound: {n['domains']} domains, {n['aws_responsibilities']} + "
        f"{n['customer_responsibilities']} responsibilities (the row N/A is not counted), {n['links']} links to "
        f"{n['soc2_criteria']} SOC 2 criteria and {n['annex_a_controls']} Annex A controls, {n['isms_clauses']} ISMS "
        f"clauses, {n['checks']} checks.\n"
        f"Catalog digest {found.digest}"
    )


def lint_data(found: Catalog | None, faults: Sequence[Fault], notes: Sequence[Fault] = ()) -> dict[str, Any]:
    """What `lint --json` prints: the faults, or the digest that an approval names and the counts. Never both.

    `notes` are of the register: what is sound and yet to be looked at.
    """
    sound = found is not None and not faults
    return {
        "counts": catalog_counts(found) if found is not None and sound else None,
        "digest": found.digest if found is not None and sound else None,
        "faults": [{"file": f.file, "line": f.line, "message": f.message} for f in faults],
        "notes": [{"file": f.file, "line": f.line, "message": f.message} for f in notes],
    }
