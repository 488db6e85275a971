"""Read `srm-docs.toml`: text in, one frozen `Config` out, or every fault at once with its line and a near match."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from srm_docs.checks.discover import parameters as known_parameters
from srm_docs.collect.access import Access, Organization
from srm_docs.declare.audit import Approval, Audit, AuditType, Category
from srm_docs.errors import ConfigError
from srm_docs.evidence.settings import StoreSettings
from srm_docs.render import languages
from srm_docs.render.colour import contrast_on_white, hue
from srm_docs.seal.signing import Level, Settings, Token
from srm_docs.sourcefile import Fault, Source, near, read_toml

FILE = "srm-docs.toml"
_ACCOUNT = re.compile(r"\d{12}")
_ACCENT = re.compile(r"#[0-9A-Fa-f]{6}")
_REGION = re.compile(r"[a-z]{2,}(-[a-z]+)+-\d+")
_ROLE_NAME = re.compile(r"[\w+=,.@-]{1,64}")
_UNIT = re.compile(r"ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}|r-[0-9a-z]{4,32}")
_ROLE = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything that can be configured. Seconds and counts are as botocore takes them."""

    audit: Audit = field(default_factory=Audit)
    accounts: tuple[Access, ...] = (Access(),)
    organization: Organization | None = None
    regions: tuple[str, ...] = ()
    store: StoreSettings = field(default_factory=StoreSettings)
    concurrency: int = 8
    connect_timeout: int = 10
    read_timeout: int = 60
    attempts: int = 5
    place_minutes: int = 60
    run_minutes: int | None = None
    embed: str = "auto"
    embed_limit_mb: int = 25
    language: str = "en"
    signing: Settings = field(default_factory=Settings)
    output: Path = Path("output")
    controls: Path | None = None
    register: Path | None = None
    templates: Path | None = None
    logo: Path | None = None
    logo_words: str = ""


class _Wrong(ValueError):
    """Half a sentence for a fault."""


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise _Wrong(f"must be text in quotes, not {value!r}")
    return value.strip()


def _date(value: Any) -> dt.date:
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    raise _Wrong(f"must be a date such as 2026-06-30 (no quotes), not {value!r}")


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _Wrong(f"must be true or false, not {value!r}")
    return value


def _number(low: int, high: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise _Wrong(f"must be a whole number from {low} to {high}, not {value!r}")
        return value

    return read


def _one_of(*words: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value not in words:
            raise _Wrong(f"must be one of {', '.join(words)}, not {value!r}" + near(str(value), words))
        return str(value)

    return read


def _some_of(*words: str) -> Callable[[Any], tuple[str, ...]]:
    each = _one_of(*words)

    def read(value: Any) -> tuple[str, ...]:
        if not isinstance(value, list) or not value:
            raise _Wrong(f"must be a list with some of {', '.join(words)}")
        return tuple(dict.fromkeys(each(v) for v in value))

    return read


def _matching(pattern: re.Pattern[str], like: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if not pattern.fullmatch(_text(value)):
            raise _Wrong(f"must look like {like}, not {value!r}")
        return _text(value)

    return read


def _accent(value: Any) -> str:
    colour = _matching(_ACCENT, '"#123A5C"')(value)
    contrast = contrast_on_white(colour)
    if contrast < 4.5:  # noqa: PLR2004 - the least contrast on white that WCAG allows for text
        raise _Wrong(f"has a contrast of {contrast:.1f} on white, and text in it could not be read; 4.5 is the least")
    angle = hue(colour)
    if angle is not None and (angle < 70 or angle > 340):  # noqa: PLR2004 - red to yellow
        raise _Wrong("is red, orange or yellow, the colours of deviations: choose a green, blue, violet or grey")
    return colour


def _second(value: Any) -> str:
    """The second colour is never of text, so less contrast will do."""
    colour = _matching(_ACCENT, '"#123A5C"')(value)
    if contrast_on_white(colour) < 3:  # noqa: PLR2004 - the least contrast of what is no text
        raise _Wrong("can hardly be seen on white: choose a darker one")
    angle = hue(colour)
    if angle is not None and (angle < 70 or angle > 340):  # noqa: PLR2004 - red to yellow
        raise _Wrong("is red, orange or yellow, the colours of deviations: choose a green, blue, violet or grey")
    return colour


def _list_of(each: Callable[[Any], str], like: str) -> Callable[[Any], tuple[str, ...]]:
    def read(value: Any) -> tuple[str, ...]:
        if not isinstance(value, list):
            raise _Wrong(f"must be a list such as {like}")
        return tuple(dict.fromkeys(each(v) for v in value))

    return read


def _tag(value: Any) -> str:
    if not _text(value).partition("=")[0]:
        raise _Wrong(f'must look like "key" or "key=value", not {value!r}')
    return _text(value)


def _folder(value: Any) -> Path:
    return Path(_text(value))


def _file(value: Any) -> Path:
    return Path(_text(value))


def _files(value: Any) -> tuple[Path, ...]:
    if not isinstance(value, list):
        raise _Wrong('must be a list such as ["signer.pem"]')
    return tuple(_file(v) for v in value)


_SESSION = _matching(re.compile(r"[\w+=,.@-]{2,64}"), '"srm-docs"')
_UNITS = _list_of(_matching(_UNIT, '"ou-ab12-11112222"'), '["ou-ab12-11112222"]')
_ACCOUNTS = _list_of(_matching(_ACCOUNT, '"111122223333"'), '["111122223333"]')
_TAGS = _list_of(_tag, '["environment=production"]')

_S3 = _matching(re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[\w!.*'()/-]*)?"), '"s3://bucket/prefix"')

_TABLES: Mapping[str, Mapping[str, Callable[[Any], Any]]] = {
    "organization": {"name": _text, "legal_name": _text, "system": _text},
    "audit": {
        "type": _one_of("type 1", "type 2"),
        "period_start": _date,
        "period_end": _date,
        "frameworks": _some_of("soc2", "iso27001"),
        "categories": _some_of(*Category),
        "offices_in_scope": _flag,
        "version": _text,
        "classification": _text,
        "prepared_by": _text,
    },
    "approval": {
        "name": _text,
        "date": _date,
        "catalog_digest": _matching(re.compile("[0-9a-f]{64}"), "64 hex digits"),
    },
    "collect": {
        "regions": _list_of(_matching(_REGION, '"eu-west-1"'), '["eu-west-1", "us-east-1"]'),
        "concurrency": _number(1, 64),
        "connect_timeout": _number(1, 300),
        "read_timeout": _number(1, 900),
        "attempts": _number(1, 20),
        "place_minutes": _number(1, 1440),
        "run_minutes": _number(1, 10_080),
    },
    "aws_organization": {
        "role_name": _matching(_ROLE_NAME, '"srm-docs"'),
        "external_id": _text,
        "session_name": _SESSION,
        "profile": _text,
        "own_account": _one_of("session", "role"),
        "include_ous": _UNITS,
        "exclude_ous": _UNITS,
        "include_accounts": _ACCOUNTS,
        "exclude_accounts": _ACCOUNTS,
        "include_tags": _TAGS,
        "exclude_tags": _TAGS,
    },
    "store": {
        "place": _S3,
        "s3": _S3,
        "region": _matching(_REGION, '"eu-west-1"'),
        "profile": _text,
        "kms_key": _text,
        "lock": _one_of("governance", "compliance"),
        "lock_days": _number(1, 36_500),
        "keep_days": _number(1, 36_500),
        "keep_last": _number(1, 100_000),
    },
    "branding": {
        "accent": _accent,
        "second": _second,
        "paper": _one_of("A4", "Letter"),
        "logo": _folder,
        "logo_words": _text,
    },
    "documents": {"embed": _one_of("auto", "none"), "embed_limit_mb": _number(1, 1000), "language": _text},
    "signing": {
        "key": _file,
        "certificates": _files,
        "pkcs11_module": _file,
        "pkcs11_token": _text,
        "pkcs11_label": _text,
        "level": lambda value: Level(_one_of(*Level)(value)),
        "tsa": _matching(re.compile(r"https?://\S+"), '"https://tsa.example/"'),
        "trust": _files,
        "crls": _files,
    },
    "paths": {"output": _folder, "controls": _folder, "register": _folder, "templates": _folder},
}
_ACCOUNT_KEYS: Mapping[str, Callable[[Any], Any]] = {
    "id": _matching(_ACCOUNT, '"111122223333"'),
    "name": _text,
    "profile": _text,
    "role_arn": _matching(_ROLE, '"arn:aws:iam::111122223333:role/srm-docs"'),
    "external_id": _text,
    "session_name": _SESSION,
}


def load(path: Path) -> Config:
    """Read a configuration file. Raises ConfigError with every fault; a missing file is one too."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be read: {error.strerror}", hint="`srm-docs init` writes a commented srm-docs.toml."
        ) from error
    config, faults = read(content, file=str(path))
    if faults or config is None:
        raise ConfigError(
            "\n".join(str(f) for f in faults), hint="Mend the lines named; `srm-docs init --print` shows every key."
        )
    if faults := _paths(config, content, file=str(path)):
        raise ConfigError("\n".join(str(f) for f in faults), hint="Mend [paths]: name folders that exist.")
    if fault := _language(config, content, file=str(path)):
        raise ConfigError(str(fault), hint="docs/templates.md says how to add a language.")
    return config


def _language(config: Config, content: bytes, *, file: str) -> Fault | None:
    """A fault where neither we nor the templates folder have the language."""
    names = sorted({*languages.known(), *(languages.folders(config.templates) if config.templates else ())})
    source, _ = read_toml(content, file=file)
    wrong = languages.among(config.language, names)
    return source.fault(("documents", "language"), f'"language" is wrong: {wrong}') if source and wrong else None


def _paths(config: Config, content: bytes, *, file: str) -> tuple[Fault, ...]:
    """A fault for each folder to read from that is none. Only this looks beyond the file itself."""
    source, _ = read_toml(content, file=file)
    wrong = {}
    for key in ("controls", "register", "templates"):
        folder = getattr(config, key)
        if folder is not None and not os.path.isdir(folder):  # noqa: PTH112 - Path.is_dir raises where it may not look
            wrong[key] = f'"{key}" names {folder}, which is no folder'
    return tuple(sorted(source.fault(("paths", key), text) for key, text in wrong.items())) if source else ()


def read(content: bytes | str, *, file: str = FILE) -> tuple[Config | None, tuple[Fault, ...]]:
    """Configuration from TOML text, with every fault found. The config is None where there is a fault."""
    source, parse_faults = read_toml(content, file=file)
    if source is None:
        return None, parse_faults
    faults = list(parse_faults)
    tables: dict[str, dict[str, Any]] = {}
    for name, table in source.data.items():
        if name in _TABLES:
            tables[name] = _table(source, (name,), table, _TABLES[name], faults)
        elif name not in ("accounts", "parameters"):
            faults.append(
                source.fault((name,), f'unknown table "{name}"' + near(name, [*_TABLES, "accounts", "parameters"]))
            )
    accounts = _accounts(source, faults)
    parameters = _parameters(source, faults)
    audit = _audit(source, tables, parameters, faults)
    said = tables.get("store", {})
    if ("lock" in said) != ("lock_days" in said):
        faults.append(source.fault(("store",), 'Object Lock needs both "lock" and "lock_days"'))
    if "place" in said and "kms_key" not in said:
        faults.append(
            source.fault(
                ("store", "place"), 'evidence that lives on S3 needs a "kms_key": the redaction key is kept under it'
            )
        )
    signing = _signing(source, tables.get("signing", {}), faults)
    if faults:
        return None, tuple(sorted(faults))
    organization = Organization(**tables["aws_organization"]) if "aws_organization" in tables else None
    logo = {key: value for key, value in tables.get("branding", {}).items() if key.startswith("logo")}
    more = {**tables.get("collect", {}), **tables.get("documents", {}), **tables.get("paths", {}), **logo}
    store = StoreSettings(**said)
    return Config(audit=audit, accounts=accounts, organization=organization, store=store, signing=signing, **more), ()


def _signing(source: Source, said: dict[str, Any], faults: list[Fault]) -> Settings:
    token = [said.pop(key, None) for key in ("pkcs11_module", "pkcs11_token", "pkcs11_label")]
    if any(token) and not all(token):
        faults.append(source.fault(("signing",), 'a token needs "pkcs11_module", "pkcs11_token" and "pkcs11_label"'))
    elif all(token):
        if "key" in said:
            faults.append(source.fault(("signing", "key"), 'a key is in a file ("key") or in a token, not in both'))
        module, label, name = token
        said["key"] = Token(module=module, token=label, label=name)
    return Settings(**said)


def _table(
    source: Source,
    path: tuple[str | int, ...],
    table: Any,
    keys: Mapping[str, Callable[[Any], Any]],
    faults: list[Fault],
) -> dict[str, Any]:
    if not isinstance(table, Mapping):
        faults.append(source.fault(path, f'"{path[0]}" must be a table: write [{path[0]}] on a line of its own'))
        return {}
    good: dict[str, Any] = {}
    for key, value in table.items():
        if key not in keys:
            faults.append(source.fault((*path, key), f'unknown key "{key}"' + near(key, keys)))
            continue
        try:
            good[key] = keys[key](value)
        except _Wrong as wrong:
            faults.append(source.fault((*path, key), f'"{key}" {wrong}'))
    return good


def _accounts(source: Source, faults: list[Fault]) -> tuple[Access, ...]:
    listed = source.data.get("accounts")
    if listed is None:
        return (Access(),)
    if not isinstance(listed, list) or not listed:
        faults.append(
            source.fault(("accounts",), '"accounts" must be a list of tables: write [[accounts]] before each')
        )
        return ()
    accounts = []
    seen: dict[str, int] = {}
    for number, table in enumerate(listed):
        good = _table(source, ("accounts", number), table, _ACCOUNT_KEYS, faults)
        account = good.pop("id", "")
        if len(listed) > 1 and not account:
            faults.append(source.fault(("accounts", number), 'an account among several needs an "id" of 12 digits'))
        elif account in seen:
            faults.append(source.fault(("accounts", number, "id"), f"account {account} is listed twice"))
        seen[account] = number
        accounts.append(Access(account=account, **good))
    return tuple(accounts)


def _parameters(source: Source, faults: list[Fault]) -> dict[str, Any]:
    chosen = source.data.get("parameters", {})
    known = {p.id: p for p in known_parameters()}
    if not isinstance(chosen, Mapping):
        faults.append(
            source.fault(("parameters",), '"parameters" must be a table: write [parameters] on a line of its own')
        )
        return {}
    for key, value in chosen.items():
        if key not in known:
            faults.append(source.fault(("parameters", key), f'unknown parameter "{key}"' + near(key, known)))
        elif why := known[key].fault(value):
            faults.append(source.fault(("parameters", key), f'"{key}" {why}'))
    return dict(chosen)


def _audit(
    source: Source, tables: Mapping[str, Mapping[str, Any]], parameters: Mapping[str, Any], faults: list[Fault]
) -> Audit:
    said = dict(tables.get("audit", {}))
    start, end = said.get("period_start"), said.get("period_end")
    if start and end and end < start:
        faults.append(source.fault(("audit", "period_end"), f'"period_end" ({end}) is before "period_start" ({start})'))
    approval = tables.get("approval")
    if approval is not None and (missing := [k for k in _TABLES["approval"] if k not in approval]):
        faults.append(source.fault(("approval",), f"an approval needs {', '.join(missing)}"))
        approval = None
    kind = AuditType(said.pop("type", "type 1"))
    if kind is AuditType.TYPE_2 and not (start and end):
        faults.append(source.fault(("audit", "type"), 'a type 2 audit needs "period_start" and "period_end"'))
    categories = {Category.SECURITY, *(Category(c) for c in said.pop("categories", ()))}
    who = tables.get("organization", {})
    return Audit(
        organization=who.get("name", ""),
        legal_name=who.get("legal_name", ""),
        system=who.get("system", ""),
        type=kind,
        categories=tuple(c for c in Category if c in categories),
        approval=Approval(**approval) if approval else None,
        parameters=parameters,
        **{key: value for key, value in tables.get("branding", {}).items() if not key.startswith("logo")},
        **said,
    )


def find(start: Sequence[Path] = (Path(),)) -> Path | None:
    """The configuration file in the first of the folders that has one."""
    return next((folder / FILE for folder in start if (folder / FILE).is_file()), None)
