"""One question to AWS as data: service, operation, parameters and row path in, parameters and rows out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import jmespath
from jmespath.exceptions import JMESPathTypeError

from srm_docs.checks.place import Scope

if TYPE_CHECKING:
    from srm_docs.checks.row import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """An operation that must be started before its result can be read.

    `operation` starts it and is repeated until `field` (dotted, in its reply) equals `ready`.
    """

    operation: str
    field: str
    ready: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Call:
    """A read-only question to AWS, asked once a place however many checks read it.

    service, operation   boto3 client name and API operation name: `ec2`, `DescribeVpcs`
    noun, nouns          what one row is, for a reader: `security group`, `security groups`
    rows                 JMESPath of the rows in one page; "" means: the whole reply is one row
    parse                how a page that is not JSON (the CSV of iam:GetCredentialReport) becomes rows; before `rows`
    name                 JMESPath of a row's name; "" means: the parent's name or the place's
    scope                asked once a region or once an account; once an organization: before anything is planned
    params               constant parameters
    per, bind            the parent call, and parameter -> JMESPath in the parent's row (or a function of its fields)
    when                 ask only for parent rows for which this holds
    absent               error codes that mean "off" or "none": an answer, not a refusal; `Code: words` where AWS sends
                         one code for both "off" and "denied", and only the words of its message tell them apart
    disabled             error codes that mean that the service or subscription is off for this account
    redact               field paths in a page whose values never reach the disk: `Functions[].Environment.Variables.*`;
                         `**` stands for any depth: `WebACL.**.SearchString`
    job                  what must be started first
    token                how the reply is continued where botocore has no paginator: (request parameter, reply field)
    variant              tells two calls of one operation apart: `self-owned`
    exhibit              why it is asked although no check reads it (inventory, scope, reports); "" for calls of checks
    """

    service: str
    operation: str
    noun: str
    nouns: str
    rows: str = ""
    parse: Callable[[Mapping[str, Any]], Sequence[Mapping[str, Any]]] | None = None
    name: str = ""
    scope: Scope = Scope.REGION
    params: Mapping[str, Any] = field(default_factory=dict)
    per: Call | None = None
    bind: Mapping[str, str | Callable[[Mapping[str, Any]], Any]] = field(default_factory=dict)
    when: Callable[[Row], bool] | None = None
    absent: tuple[str, ...] = ()
    disabled: tuple[str, ...] = ()
    redact: tuple[str, ...] = ()
    job: Job | None = None
    token: tuple[str, str] | None = None
    variant: str = ""
    exhibit: str = ""

    @property
    def id(self) -> str:
        """The call's stable name, `ec2:DescribeVpcs` or `ec2:DescribeImages#self-owned`."""
        return f"{self.service}:{self.operation}" + (f"#{self.variant}" if self.variant else "")

    @property
    def lineage(self) -> tuple[Call, ...]:
        """All its ancestors, the oldest first, and the call itself."""
        return (*self.per.lineage, self) if self.per else (self,)

    def params_for(self, parent: Row | None) -> dict[str, Any] | None:
        """The parameters to ask with, or None where this parent row needs no such question.

        A parameter is None where the parent's row does not hold it. Then nothing can be asked, which is a refusal: a
        resource that nobody can ask for is not one that there is nothing to say of.
        """
        if parent is None:
            return dict(self.params)
        if parent.absent or (self.when is not None and not self.when(parent)):
            return None
        bound = {
            name: find(path, parent.fields) if isinstance(path, str) else path(parent.fields)
            for name, path in self.bind.items()
        }
        return {**self.params, **bound}

    def rows_in(self, page: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        """The rows of one page: mappings, a scalar row becomes `{"value": scalar}`."""
        if self.parse is not None:
            return tuple(self.parse(page))
        if not self.rows:
            return (page,)
        found = find(self.rows, page)
        if found is None:
            return ()
        listed: Iterable[Any] = found if isinstance(found, list) else [found]
        return tuple(row if isinstance(row, Mapping) else {"value": row} for row in listed)

    def says_off(self, code: str, message: str) -> bool:
        """Whether AWS's error code (and, where the call names words, its message) means "off" or "none"."""
        said = (entry.partition(": ") for entry in self.absent)
        return any(name == code and words.lower() in message.lower() for name, _, words in said)

    def __repr__(self) -> str:
        """Print the id, which is how people speak of a call."""
        return f"Call({self.id})"


@lru_cache(maxsize=1024)
def _compiled(path: str) -> Any:
    return jmespath.compile(path)


def find(path: str, data: Any) -> Any:
    """What a JMESPath finds in plain data, or None: also where one of its functions is given what it cannot take."""
    try:
        return _compiled(path).search(data)
    except JMESPathTypeError:
        return None
