"""The JSON files of a packet are what docs/schemas says they are, and a wrong one is refused."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

SCHEMAS = Path(__file__).parents[1] / "docs" / "schemas"
NAMES = ["findings", "coverage", "contents", "inputs", "evidence-index", "manifest"]


@pytest.mark.parametrize("name", NAMES)
def test_file_follows_its_schema(name: str, demo_packet: Path) -> None:
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    data = json.loads((demo_packet / f"{name}.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(data)
    data["surplus"] = True
    assert list(jsonschema.Draft202012Validator(schema).iter_errors(data))


def test_every_schema_is_tested() -> None:
    assert {p.name.removesuffix(".schema.json") for p in SCHEMAS.glob("*.json")} == set(NAMES)
