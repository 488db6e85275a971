"""What must be true, as values: domains and their responsibilities, requirements, and the links between them.

Nothing here reads a file, a clock or the network. Text is plain and un-escaped; an id is a promise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeVar

from srm_docs.errors import UsageError
from srm_docs.sourcefile import near


class Side(StrEnum):
    """Who stands on a side of the shared responsibility model."""

    AWS = "aws"
    CUSTOMER = "customer"


class Kind(StrEnum):
    """How a responsibility is divided."""

    INHERITED = "inherited"
    """AWS does it and the customer relies on AWS's report."""
    SHARED = "shared"
    """AWS covers a layer or offers the means; the customer configures or watches."""
    CUSTOMER = "customer"
    NOT_APPLICABLE = "not_applicable"
    """No duty on this side; the caveat says where one may begin."""


class Strength(StrEnum):
    """How much a responsibility does for a requirement."""

    PRIMARY = "primary"
    SUPPORTING = "supporting"


class Confidence(StrEnum):
    """How many published sources agree with a link; sources.yaml says what that is worth."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Owner(StrEnum):
    """Who runs what a requirement asks for, in the system in scope."""

    AWS = "aws"
    SHARED = "shared"
    CUSTOMER = "customer"


class EvidenceMode(StrEnum):
    """Where the evidence for a requirement comes from."""

    INHERITED = "inherited"
    AUTOMATED = "automated"
    HYBRID = "hybrid"
    MANUAL = "manual"


class RequirementKind(StrEnum):
    """What the framework calls its requirement."""

    CRITERION = "criterion"
    CONTROL = "control"
    CLAUSE = "clause"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Why a responsibility bears on a requirement. It says nothing about a result."""

    requirement: str
    strength: Strength
    confidence: Confidence
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Responsibility:
    """One bullet of the model. `id` is `domain.short`; `text` is the model's own words.

    An AWS bullet has `csoc` (what the customer expects of AWS) and `reports` (ids of the AWS reports that
    evidence it); a customer bullet has `aws_cuec` (what AWS expects of the customer). `otherwise` names what
    the AWS API cannot show and a person must. Only the not-applicable entry has no links; it has a `caveat`.
    """

    id: str
    domain: str
    text: str
    side: Side
    kind: Kind
    soc2: tuple[Link, ...] = ()
    iso27001: tuple[Link, ...] = ()
    csoc: str | None = None
    aws_cuec: str | None = None
    otherwise: str | None = None
    caveat: str | None = None
    evidence: tuple[str, ...] = ()
    reports: tuple[str, ...] = ()

    @property
    def links(self) -> tuple[Link, ...]:
        """All links, SOC 2 first, in the order of the file."""
        return self.soc2 + self.iso27001

    def links_of(self, framework: str) -> tuple[Link, ...]:
        """Links to one framework (`soc2` or `iso27001`)."""
        return {"soc2": self.soc2, "iso27001": self.iso27001}[framework]


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """One of the ten domains, a chapter of the packet; `number` starts at 1."""

    id: str
    number: int
    title: str
    aws_does: str
    customer_does: str
    responsibilities: tuple[Responsibility, ...]

    @property
    def aws(self) -> tuple[Responsibility, ...]:
        """The AWS side."""
        return tuple(item for item in self.responsibilities if item.side is Side.AWS)

    @property
    def customer(self) -> tuple[Responsibility, ...]:
        """The customer's side, the not-applicable entry included."""
        return tuple(item for item in self.responsibilities if item.side is Side.CUSTOMER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offices:
    """What offices or staff devices in scope add to a requirement that AWS otherwise owns."""

    because: str
    manual_evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """A SOC 2 criterion, an Annex A control or an ISMS clause.

    `group` is the series, theme or chapter (`CC6`, `A.8`, `clause-4`). `inherit_from` holds ids of AWS
    reports, `manual_evidence` the documents that only a person can provide, `exclude` the reason why a
    control is left out of the Statement of Applicability, if it is.
    """

    id: str
    framework: str
    kind: RequirementKind
    group: str
    group_title: str
    category: str
    title: str
    summary: str
    owner: Owner
    owner_because: str
    evidence_mode: EvidenceMode
    inherit_from: tuple[str, ...] = ()
    manual_evidence: tuple[str, ...] = ()
    third_party: str | None = None
    offices: Offices | None = None
    exclude: str | None = None

    def with_offices(self) -> Requirement:
        """Return this requirement with offices and staff devices in scope: shared if it has `offices`."""
        if self.offices is None:
            return self
        return replace(
            self,
            owner=Owner.SHARED,
            owner_because=f"{self.owner_because} {self.offices.because}",
            evidence_mode=EvidenceMode.HYBRID if self.manual_evidence else EvidenceMode.MANUAL,
            manual_evidence=self.manual_evidence + self.offices.manual_evidence,
            offices=None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Framework:
    """A set of requirements in the order of their source."""

    id: str
    title: str
    edition: str
    note: str
    requirements: tuple[Requirement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """How a row of `artifact:ListReports` is recognized; an empty field decides nothing."""

    title_any: tuple[str, ...]
    title_none: tuple[str, ...] = ()
    company: tuple[str, ...] = ()
    category: str | None = None
    series: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsReport:
    """A report, certificate or letter (`kind`) by which AWS's side is evidenced."""

    id: str
    kind: str
    title: str
    where: str
    note: str
    match: Match

    def matches(self, *, title: str, series: str = "", category: str = "", company: str = "") -> bool:
        """Whether a report that AWS Artifact lists is this one; case and punctuation do not count."""
        listed = _words(title)
        return (
            any(_words(phrase) in listed for phrase in self.match.title_any)
            and not any(_words(phrase) in listed for phrase in self.match.title_none)
            and _agrees(series, (self.match.series,) if self.match.series else ())
            and _agrees(category, (self.match.category,) if self.match.category else ())
            and _agrees(company, self.match.company)
        )


def _words(text: str) -> str:
    """Fold case and punctuation; a space at both ends, so that `in` compares whole words."""
    return f" {' '.join(re.findall('[a-z0-9]+', text.casefold()))} "


def _agrees(given: str, wanted: tuple[str, ...]) -> bool:
    return not given or not wanted or any(_words(phrase) in _words(given) for phrase in wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A published source behind the confidence of links; `kind` is direct or corroboration."""

    id: str
    kind: str
    repo: str
    path: str
    commit: str
    licence: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """How links were made and what their confidence is worth, in sentences fit for print.

    `judgement_only` holds (responsibility id, requirement id) of the links that no source supports.
    """

    reading: str
    method: str
    limit: str
    strength: Mapping[Strength, str]
    confidence: Mapping[Confidence, str]
    sources: tuple[Source, ...]
    judgement_only: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """All of `controls/`. `digest` is the SHA-256 (hex) of its files: see `srm_docs.catalog.load.digest`."""

    domains: tuple[Domain, ...]
    frameworks: tuple[Framework, ...]
    reports: tuple[AwsReport, ...]
    sources: Sources
    digest: str
    _responsibilities: Mapping[str, Responsibility] = field(init=False, repr=False, compare=False)
    _requirements: Mapping[tuple[str, str], Requirement] = field(init=False, repr=False, compare=False)
    _links: Mapping[tuple[str, str], tuple[tuple[Responsibility, Link], ...]] = field(
        init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        """Index by id once: a packet looks up every link several times."""
        links: dict[tuple[str, str], list[tuple[Responsibility, Link]]] = {}
        for responsibility in self.responsibilities:
            for framework in ("soc2", "iso27001"):
                for link in responsibility.links_of(framework):
                    links.setdefault((framework, link.requirement), []).append((responsibility, link))
        index = {
            "_responsibilities": {item.id: item for item in self.responsibilities},
            "_requirements": {(item.framework, item.id): item for item in self.requirements()},
            "_links": {key: tuple(pairs) for key, pairs in links.items()},
        }
        for name, value in index.items():
            object.__setattr__(self, name, value)

    @property
    def responsibilities(self) -> Iterator[Responsibility]:
        """All bullets in the order of the model, the not-applicable entry included."""
        return (item for domain in self.domains for item in domain.responsibilities)

    def requirements(self, framework: str | None = None) -> Iterator[Requirement]:
        """Yield the requirements of one framework, or of all."""
        return (
            item for one in self.frameworks if framework is None or one.id == framework for item in one.requirements
        )

    def domain(self, name: str) -> Domain:
        """Return the domain with this id; UsageError with a near match if there is none."""
        return _found(name, {item.id: item for item in self.domains}, "domain")

    def framework(self, name: str) -> Framework:
        """Return the framework with this id (`soc2`, `iso27001`); UsageError if there is none."""
        return _found(name, {item.id: item for item in self.frameworks}, "framework")

    def report(self, name: str) -> AwsReport:
        """Return the AWS report with this id; UsageError if there is none."""
        return _found(name, {item.id: item for item in self.reports}, "AWS report")

    def responsibility(self, name: str) -> Responsibility:
        """Return the bullet with this id (`domain.short`); UsageError with a near match if there is none."""
        return _found(name, self._responsibilities, "responsibility")

    def requirement(self, framework: str, name: str) -> Requirement:
        """Return the criterion, control or clause with this id; UsageError with a near match otherwise."""
        self.framework(framework)
        return _found(name, {item.id: item for item in self.requirements(framework)}, f"{framework} requirement")

    def links_to(self, framework: str, requirement: str) -> tuple[tuple[Responsibility, Link], ...]:
        """Return every (bullet, link) that bears on a requirement, in the model's order; may be empty."""
        return self._links.get((framework, requirement), ())

    def recognize(self, *, title: str, series: str = "", category: str = "", company: str = "") -> AwsReport | None:
        """Return the report that a row of AWS Artifact's list is, or None."""
        given = {"title": title, "series": series, "category": category, "company": company}
        return next((report for report in self.reports if report.matches(**given)), None)

    def excluding(self, reasons: Mapping[str, str]) -> Catalog:
        """Return this catalog with more Annex A controls left out, each with its reason; the digest stays."""
        if not reasons:
            return self
        return replace(
            self,
            frameworks=tuple(
                replace(
                    one,
                    requirements=tuple(
                        replace(item, exclude=reasons[item.id])
                        if item.kind is RequirementKind.CONTROL and item.id in reasons
                        else item
                        for item in one.requirements
                    ),
                )
                for one in self.frameworks
            ),
        )

    def with_offices(self) -> Catalog:
        """Return this catalog with offices and staff devices in scope; the digest stays that of the files."""
        return replace(
            self,
            frameworks=tuple(
                replace(one, requirements=tuple(item.with_offices() for item in one.requirements))
                for one in self.frameworks
            ),
        )


_T = TypeVar("_T")


def _found(name: str, known: Mapping[str, _T], what: str) -> _T:
    try:
        return known[name]
    except KeyError:
        raise UsageError(f'There is no {what} "{name}"{near(name, known)}') from None


_RUNS = r"(?:providers?|vendors?|suppliers?|operators?|hosts?|hosters?|compan(?:y|ies)|partners?|firms?|landlords?)"
_WHAT = r"(?:cloud|hosting|infrastructure|platform|facilit(?:y|ies)|co-?location|iaas|paas|data[\s-]?cent(?:er|re)s?)"
_BLAME = re.compile(
    r"\b(?:aws|a\.w\.s|amazon\w*|hyper-?scalers?|csps?|hosters?|inherit\w*|shared[\s-]responsibilit\w+"
    r"|sub-?service[\s-]organi[sz]ations?"
    rf"|{_WHAT}['’s]*[\s-]*(?:services?[\s-]+)?{_RUNS}"
    r"|(?:the|our|its|their|that|this|whose)[\s-]+(?:service[\s-]+)?(?:provider|hoster)s?"
    r"|(?:by|from|with|at) (?:the|our|its) (?:cloud|hosting|data[\s-]?cent(?:er|re))s?)\b",
    re.IGNORECASE,
)
"""Words by which a reason points at whoever runs the machines. An identity or payment provider runs none."""


def blames_aws(reason: str) -> bool:
    """Whether a reason for leaving a control out points at AWS, by its name or as the provider that it is.

    A control that AWS runs is still needed, through a supplier: it is inherited, never excluded.

    >>> blames_aws("Handled by AWS"), blames_aws("Our hosting provider does it"), blames_aws("No work is outsourced")
    (True, True, False)
    """
    return _BLAME.search(reason) is not None
