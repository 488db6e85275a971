"""The stages in order: configuration in, a snapshot or a sealed packet out.

`controls` reads the catalog, `entering` opens the accounts, `collecting` keeps their answers, `judging` makes the model
of them, `building` judges and writes (`stages`), prints and seals; `rendering` prints one document, `exporting` writes
other files from the same model; `importing` reads a workbook back; `demonstration` stands in for AWS.
"""

from srm_docs.pipeline.building import Built, build, can_build, can_print, result_data
from srm_docs.pipeline.collecting import Collected, collect
from srm_docs.pipeline.controls import catalog, catalog_words, lint, lint_data
from srm_docs.pipeline.demonstration import demo_audit
from srm_docs.pipeline.earlier import can_compare
from srm_docs.pipeline.entering import connect, entered
from srm_docs.pipeline.exporting import Exported, export
from srm_docs.pipeline.importing import Handed, Imported, import_requests, import_workbook
from srm_docs.pipeline.judging import ingredients
from srm_docs.pipeline.progress import Progress
from srm_docs.pipeline.registering import draft_controls, draft_system, editor, lint_register, no_register
from srm_docs.pipeline.rendering import Rendered, render

__all__ = [
    "Built",
    "Collected",
    "Exported",
    "Handed",
    "Imported",
    "Progress",
    "Rendered",
    "build",
    "can_build",
    "can_compare",
    "can_print",
    "catalog",
    "catalog_words",
    "collect",
    "connect",
    "demo_audit",
    "draft_controls",
    "draft_system",
    "editor",
    "entered",
    "export",
    "import_requests",
    "import_workbook",
    "ingredients",
    "lint",
    "lint_data",
    "lint_register",
    "no_register",
    "render",
    "result_data",
]
