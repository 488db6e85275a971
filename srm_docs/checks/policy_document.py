"""A policy document as AWS evaluates it: JSON text or a mapping in, statements that know what they surely match out.

A statement counts only for what it surely does: an Allow is taken back only by a Deny that surely covers it, and a
condition narrows only when it must hold for a caller from outside. What cannot be told is judged as open.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from srm_docs.checks.quoted import quoted
from srm_docs.checks.row import NotAnswered

_ACCOUNT_KEYS = frozenset(
    {
        "aws:sourceaccount",
        "aws:principalaccount",
        "aws:sourceowner",
        "kms:calleraccount",
        "s3:dataaccesspointaccount",
    }
)
_ORGANIZATION_KEYS = frozenset({"aws:principalorgid", "aws:principalorgpaths", "aws:sourceorgid", "aws:sourceorgpaths"})
_ARN_KEYS = frozenset({"aws:principalarn", "aws:sourcearn", "s3:dataaccesspointarn"})
_NETWORK_KEYS = frozenset({"aws:sourcevpc", "aws:sourcevpce", "aws:sourcevpcarn"})
_ADDRESS_KEYS = frozenset({"aws:sourceip"})
_VARIABLES = frozenset({"${aws:resourceaccount}", "${aws:resourceorgid}", "${aws:resourceorgpaths}"})
"""Policy variables that stand for the owner of what is protected."""
_ORGANIZATION = re.compile(r"o-[a-z0-9]{10,32}(/.*)?")
_ACCOUNT = re.compile(r"\d{12}")
POSITIVE = frozenset({"stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike", "ipaddress"})
_WIDEST_NETWORK = {4: 8, 6: 32}
"""By IP version, the shortest prefix that AWS itself accepts as a restriction (S3's meaning of "public")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One operator on one key, both in lower case.

    quantifier is "", `foranyvalue` or `forallvalues`; lenient stands for …IfExists.
    """

    operator: str
    key: str
    values: tuple[str, ...]
    quantifier: str = ""
    lenient: bool = False

    @property
    def narrows(self) -> bool:
        """Whether it holds only for callers that the document's author has named, whoever else may try.

        Not kms:ViaService, aws:SecureTransport, sts:ExternalId and the like: they say how, not who. An operator that
        also holds where the key is missing narrows nothing.
        """
        holds_if_missing = self.lenient or self.quantifier == "forallvalues"
        return self.operator in POSITIVE and not holds_if_missing and self._names_all

    @property
    def spares_only_the_named(self) -> bool:
        """For a Deny: whether it holds for everyone except callers that the author has named.

        A negated operator also holds where the key is missing, except after ForAnyValue.
        """
        positive = self.operator.replace("not", "", 1)
        negated = self.operator != positive and positive in POSITIVE
        return negated and self.quantifier != "foranyvalue" and self._names_all

    @property
    def _names_all(self) -> bool:
        return bool(self.values) and all(_names(self.key, value) for value in self.values)

    @property
    def spares_only_services(self) -> bool:
        """For a Deny: whether it leaves out AWS's own services and nobody else."""
        return self.operator == "bool" and self.key == "aws:principalisawsservice" and self.values == ("false",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement, every part a tuple; `principals` are (kind, value) such as ("AWS", "*")."""

    allows: bool
    principals: tuple[tuple[str, str], ...] = ()
    not_principals: tuple[tuple[str, str], ...] = ()
    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    not_resources: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    sid: str = ""

    @property
    def label(self) -> str:
        """Its id in quotes, for a reader: people choose it, and call it `use` or `everyone`."""
        return quoted((self.sid,)) if self.sid else "a statement without an id"

    @property
    def everyone(self) -> bool:
        """Whether any caller of any account matches, conditions aside: NotPrincipal leaves out the named only."""
        if self.not_principals:
            return all(value != "*" for _, value in self.not_principals)
        return any(value == "*" and kind in {"AWS", "Federated"} for kind, value in self.principals)

    @property
    def narrowed(self) -> bool:
        """Whether a condition holds the statement to callers that its author has named."""
        return any(c.narrows for c in self.conditions)

    def takes_action(self, action: str) -> bool:
        """Whether every action that `action` (which may hold wildcards) stands for is surely meant."""
        action = action.lower()
        if self.not_actions:
            return all(_disjoint(pattern, action) for pattern in self.not_actions)
        return any(covers(pattern, action) for pattern in self.actions)

    def takes_resource(self, resource: str) -> bool:
        """Whether every resource that `resource` (which may hold wildcards) stands for is surely meant."""
        if self.not_resources:
            return all(_disjoint(pattern, resource) for pattern in self.not_resources)
        return any(covers(pattern, resource) for pattern in self.resources)


def read(document: Any) -> tuple[Statement, ...]:
    """The statements of a document: JSON text or a mapping. `NotAnswered` where it is neither."""
    if isinstance(document, str):
        try:
            document = json.loads(document)
        except ValueError:
            raise NotAnswered("a readable policy document") from None
    if not isinstance(document, Mapping):
        raise NotAnswered("a readable policy document")
    return tuple(_statement(s) for s in _listed(document.get("Statement")) if isinstance(s, Mapping))


# --- one document, read


def _statement(said: Mapping[str, Any]) -> Statement:
    return Statement(
        allows=said.get("Effect") == "Allow",
        principals=_principals(said.get("Principal")),
        not_principals=_principals(said.get("NotPrincipal")),
        actions=tuple(_action(a) for a in _strings(said.get("Action"))),
        not_actions=tuple(_action(a) for a in _strings(said.get("NotAction"))),
        # A role's trust policy has no Resource: it is about the role.
        resources=_strings(said.get("Resource")) or ("*",),
        not_resources=_strings(said.get("NotResource")),
        conditions=tuple(_conditions(said.get("Condition"))),
        sid=str(said.get("Sid") or ""),
    )


def _principals(said: Any) -> tuple[tuple[str, str], ...]:
    if isinstance(said, Mapping):
        return tuple((str(kind), value) for kind, values in said.items() for value in _strings(values))
    return tuple(("AWS", value) for value in _strings(said))


def _conditions(said: Any) -> Iterable[Condition]:
    for operator, keys in said.items() if isinstance(said, Mapping) else ():
        quantifier, _, plain = str(operator).lower().rpartition(":")
        for key, values in keys.items() if isinstance(keys, Mapping) else ():
            yield Condition(
                operator=plain.removesuffix("ifexists"),
                key=str(key).lower(),
                values=tuple(v.lower() if plain.startswith("bool") else v for v in _strings(values)),
                quantifier=quantifier,
                lenient=plain.endswith("ifexists"),
            )


def _listed(said: Any) -> tuple[Any, ...]:
    return tuple(said) if isinstance(said, list | tuple) else () if said is None else (said,)


def _strings(said: Any) -> tuple[str, ...]:
    return tuple(str(v) for v in _listed(said))


def _action(said: str) -> str:
    return "*" if said == "*:*" else said.lower()


# --- wildcards


@lru_cache(maxsize=4096)
def _pattern(glob: str) -> re.Pattern[str]:
    return re.compile("".join(".*" if c == "*" else "." if c == "?" else re.escape(c) for c in glob), re.DOTALL)


def covers(glob: str, text: str) -> bool:
    """Whether everything that `text` may stand for matches `glob`."""
    if "?" in glob and "*" in text:
        return glob == text
    return _pattern(glob).fullmatch(text) is not None


def _disjoint(one: str, other: str) -> bool:
    """Whether surely nothing matches both patterns."""
    if not _wild(one):
        return not covers(other, one)
    if not _wild(other):
        return not covers(one, other)
    left, right = literal(one), literal(other)
    return not (left.startswith(right) or right.startswith(left))


def _wild(text: str) -> bool:
    return "*" in text or "?" in text


def literal(text: str) -> str:
    """What stands before the first wildcard."""
    return re.split(r"[*?]", text, maxsplit=1)[0]


# --- what a condition or a Deny does


def _names(key: str, value: str) -> bool:
    """Whether a value of a condition key names particular callers, rather than a pattern that anyone can match."""
    if key in _ACCOUNT_KEYS:
        return value.lower() in _VARIABLES or names_account(value)
    if key in _ORGANIZATION_KEYS:
        return value.lower() in _VARIABLES or _ORGANIZATION.fullmatch(value) is not None
    if key in _ARN_KEYS:
        return bool(account_of(value)) or (value.startswith("arn:") and not _wild(value))
    if key in _NETWORK_KEYS:
        return value.startswith(("vpc-", "vpce-", "arn:")) and not _wild(value)
    if key == "aws:userid":
        return not _wild(value.partition(":")[0]) and bool(value)
    return key in _ADDRESS_KEYS and _is_narrow(value)


def _is_narrow(cidr: str) -> bool:
    try:
        network = ipaddress.ip_network(cidr, strict=False)
    except ValueError:
        return False
    return network.prefixlen >= _WIDEST_NETWORK[network.version]


def names_account(text: str) -> bool:
    """Whether a text is an account id."""
    return _ACCOUNT.fullmatch(text) is not None


def account_of(principal: str) -> str:
    """The account of an ARN or the account itself, "" where there is none (wildcards, services, deleted principals)."""
    found = principal.split(":")[4] if principal.startswith("arn:") and principal.count(":") >= 5 else principal  # noqa: PLR2004
    return found if names_account(found) else ""
