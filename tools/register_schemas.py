"""Write the JSON Schemas of the register's files into docs/schemas, as the model says."""

from __future__ import annotations

from pathlib import Path

from srm_docs.declare.schema import schemas

for name, text in schemas().items():
    (Path(__file__).parents[1] / "docs" / "schemas" / name).write_text(text, "utf-8")
    print(f"docs/schemas/{name}")
