"""JSON Schemas of the register's files for editors, made from the model and kept in docs/schemas. Pure."""

from __future__ import annotations

import json
from typing import Any, Final

from srm_docs.declare.fields import LONGEST, Field, Form, fields_of
from srm_docs.declare.items import KINDS, Item

DATE: Final = r"^\d{4}-\d{2}-\d{2}$"


def schemas() -> dict[str, str]:
    """File name in docs/schemas -> text, one for each kind."""
    return {f"register-{kind}.schema.json": _text(kind, model) for kind, model in KINDS.items()}


def _text(kind: str, model: type[Item]) -> str:
    fields = fields_of(model)
    about = " ".join((model.__doc__ or "").split())
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"register/{kind}.yaml",
        "description": about,
        "type": "object",
        "required": [kind],
        "additionalProperties": False,
        "properties": {
            kind: {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": [name for name, field in fields.items() if field.needed],
                    "additionalProperties": False,
                    "properties": {name: _field(field) for name, field in fields.items()},
                },
            }
        },
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _field(field: Field) -> dict[str, Any]:
    made: dict[str, Any] = {"description": field.about}
    if field.like:
        made["examples"] = [field.like]
    if field.form is Form.LIST:
        entry: dict[str, Any] = {"enum": list(field.words)} if field.words else {"type": "string", "minLength": 1}
        return {**made, "type": "array", "uniqueItems": True, "items": entry}
    if field.form is Form.WORD:
        return {**made, "enum": list(field.words)}
    if field.form is Form.FLAG:
        return {**made, "type": "boolean"}
    made["type"] = "string"
    if field.form is Form.DATE:
        return {**made, "pattern": DATE}
    if field.pattern:
        return {**made, "pattern": f"^(?:{_plain(field.pattern)})$"}
    return {**made, "maxLength": LONGEST}


def _plain(pattern: str) -> str:
    """A pattern without the switch that JSON Schema's regular expressions do not have."""
    return pattern.replace("(?i:EV-)", "[Ee][Vv]-")
