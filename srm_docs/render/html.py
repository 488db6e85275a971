"""A template's name and a packet model -> HTML in which every string has been made printable."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import jinja2
from jinja2.loaders import split_template_path
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from srm_docs.errors import TemplateError
from srm_docs.render import assets, filters, phrases, text
from srm_docs.render.attachments import NOTHING
from srm_docs.render.languages import ENGLISH, Wording
from srm_docs.sourcefile import Fault

LONGEST = 2_000  # characters of one string; templates cut sooner and say where the whole is
_WRONG: Final = (
    jinja2.TemplateError, ArithmeticError, AttributeError, LookupError, OSError, RecursionError, TypeError, ValueError,
)  # fmt: skip
"""What a template's mistakes are raised as; OSError is the system's no to a process that is confined."""
_BYPASSES = ("safe", "urlize", "tojson", "xmlattr", "pprint")  # filters that skip the sanitizer


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """A character that was printed as its code point, and how often."""

    code_point: int
    times: int

    @property
    def name(self) -> str:
        """Return `U+202E RIGHT-TO-LEFT OVERRIDE`."""
        return f"U+{self.code_point:04X} {unicodedata.name(chr(self.code_point), 'unnamed')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What `layout.html` prints on every page and puts into the metadata; `created` is ISO 8601, UTC.

    `embedded` says which files it carries. `worded`: the language has a style sheet of its own, css/language.css.
    """

    title: str
    author: str
    description: str
    created: str
    running: str
    foot: str
    paper: str = "a4"
    generator: str = "srm-docs"
    embedded: str = NOTHING
    language: str = ENGLISH.tag
    worded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Html:
    """A finished page and what the sanitizer did to its strings."""

    text: str
    replaced: tuple[Replaced, ...]


class _Tree(jinja2.BaseLoader):
    """Load templates from files that were read before: nothing is opened while a template runs."""

    def __init__(self, files: Mapping[str, bytes], label: str) -> None:
        self.files, self.label = files, label

    def get_source(
        self,
        environment: jinja2.Environment,  # noqa: ARG002
        template: str,
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        body = self.files.get("/".join(split_template_path(template)))
        if body is None:
            raise jinja2.TemplateNotFound(template)
        return body.decode("utf-8"), f"{self.label}/{template}", lambda: True


def environment(
    *, users: assets.Users | Path | None = None, log: Counter[int] | None = None, language: Wording = ENGLISH
) -> ImmutableSandboxedEnvironment:
    """Return the environment of packet templates, the user's folder searched first, in a language.

    Every printed value goes through the sanitizer (`finalize`), which counts what it replaces in `log`.
    An undefined name and a printed None are errors: what is missing prints as NOT PROVIDED, by the template.
    """
    counts: Counter[int] = Counter() if log is None else log

    def sanitize(raw: str, face: text.Face, *, strict: bool) -> str:
        counts.update(text.replaced(raw, face=face, strict=strict))
        return text.visible(raw, face=face, strict=strict)

    def printable(raw: str) -> str:
        return sanitize(text.cut(raw, LONGEST, language=language), "sans", strict=False)

    said = phrases.Phrases(language, printable)

    def finalize(value: object) -> object:
        value = said.shown(value)
        if isinstance(value, (Markup, jinja2.Undefined)):
            return value  # markup was made from pieces that came this way; Undefined raises when printed
        if value is None:
            raise ValueError("the value is None; test it and print NOT PROVIDED")
        return printable(str(value))

    trees = [_Tree(assets.ours(), assets.OURS)]
    if users is not None:
        given = assets.read(users) if isinstance(users, Path) else users
        trees.insert(0, _Tree(given.files, given.label))
    made = ImmutableSandboxedEnvironment(
        autoescape=True,
        finalize=finalize,
        loader=jinja2.ChoiceLoader(trees),
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    for name in _BYPASSES:
        made.filters.pop(name)
    made.filters.update(said.filters() | filters.Printed(sanitize, said).filters())
    made.tests.update(untranslated=phrases.untranslated)
    made.globals.update(columns=filters.columns, **said.globals())
    return made


def render(
    name: str, /, *, users: assets.Users | Path | None = None, language: Wording = ENGLISH, **context: Any
) -> Html:
    """Return the HTML of template `name`, e.g. `soc2.html`, in a language, with `context` as its names.

    Raises TemplateError naming file and line: unknown template, syntax, undefined name, a filter's refusal. Templates
    of a user run in a process of their own: `confined.html`.
    """
    log: Counter[int] = Counter()
    made = environment(users=users, log=log, language=language)
    try:
        page = made.get_template(name).render(context)
    except jinja2.TemplateSyntaxError as exc:
        raise _mistake(f"{exc.filename or exc.name}:{exc.lineno}", exc.message or "") from exc
    except jinja2.TemplateNotFound as exc:
        raise _mistake(_line_of(exc, name), f"there is no template {exc.message}") from exc
    except MemoryError as exc:
        raise _mistake(_line_of(exc, name), "more memory would be needed than templates get") from exc
    except _WRONG as exc:
        raise _mistake(_line_of(exc, name), str(exc)) from exc
    return Html(text=page, replaced=tuple(Replaced(code_point=c, times=n) for c, n in sorted(log.items())))


def mistakes(faults: Sequence[Fault]) -> TemplateError:
    """Return the error that says what is wrong with templates, a line each."""
    return _wrong("\n".join(map(str, sorted(faults))))


def _mistake(where: str, what: str) -> TemplateError:
    return _wrong(f"{where}: {what}")


def _wrong(message: str) -> TemplateError:
    return TemplateError(
        message, hint="Mend the template; those of srm-docs, in templates/packet, show every name that there is."
    )


def _line_of(exc: BaseException, name: str) -> str:
    """Return file:line where the template is wrong; a macro of ours that noticed it is named in brackets.

    Jinja rewrites tracebacks to template lines, outermost first.
    """
    frames: list[str] = []
    trace = exc.__traceback__
    while trace is not None:
        if "__jinja_exception__" in trace.tb_frame.f_globals:
            frames.append(f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}")
        trace = trace.tb_next
    if not frames:
        return name
    callers = [frame for frame in frames if f"{assets.OURS}/macros/" not in frame] or frames
    return callers[-1] if callers[-1] == frames[-1] else f"{callers[-1]} (in {frames[-1]})"
