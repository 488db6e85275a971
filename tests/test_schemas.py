"""The JSON files of a packet are what docs/schemas says they are, and a wrong one is refused."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from srm_docs.declare.schema import schemas

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
    register = {name.removesuffix(".schema.json") for name in schemas()}
    assert {p.name.removesuffix(".schema.json") for p in SCHEMAS.glob("*.json")} == {*NAMES, *register}


@pytest.mark.parametrize("name", sorted(schemas()))
def test_schema_of_the_register_is_made_from_the_model(name: str) -> None:
    text = schemas()[name]
    assert (SCHEMAS / name).read_text("utf-8") == text, "run tools/register_schemas.py"
    jsonschema.Draft202012Validator.check_schema(json.loads(text))
