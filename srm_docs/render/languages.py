"""A language's name -> how documents are worded in it: messages by catalogs; numbers, dates, lists as written there.

The catalogs are gettext's: `srm_docs/locale/<language>/*.po`, and those of a user's templates folder, which win. Babel
reads them and knows how dates are written; it is asked here once, and what it says is plain data. So a process that may
open nothing can be given a language, and English without a catalog of the user's needs no Babel.
"""

from __future__ import annotations

import datetime as dt
import functools
import gettext
import hashlib
import importlib.resources
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from srm_docs.dates import MONTHS
from srm_docs.errors import ConfigError, MissingLibrary, TemplateError
from srm_docs.said import placeholders, say
from srm_docs.sourcefile import near

if TYPE_CHECKING:
    from srm_docs.render.assets import Users

ENGLISH_NAME: Final = "en"
FOLDER: Final = "locale"
_ENDING: Final = ".po"
_TRIED: Final = range(201)
"""Numbers that a plural rule is tried with: rules of all languages repeat after a hundred."""
_APOSTROPHE: Final = re.compile(r"(?<=[A-Za-z}])'(?=[a-z])|(?<=s)'(?= [a-z])")
_HINT: Final = "Mend the catalog: docs/templates.md, Languages, says what holds for it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """How documents are worded in one language. Without values it is English.

    messages  by the English wording         plurals  by both English wordings: a wording for each form
    rule      which form a number takes, as gettext writes it
    day_form  where day, month and year stand, by the names of Unicode's patterns
    short     the months as they are shortened under a page
    """

    name: str = ENGLISH_NAME
    messages: Mapping[str, str] = field(default_factory=dict)
    plurals: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    rule: str = "n != 1"
    months: tuple[str, ...] = MONTHS
    short: tuple[str, ...] = tuple(month[:3] for month in MONTHS)
    day_form: str = "%(d)s %(MMMM)s %(y)s"
    group: str = ","
    between: str = "{0}, {1}"
    last: str = "{0} and {1}"

    @property
    def english(self) -> bool:
        """Say whether texts that have no translation are in this language all the same."""
        return self.name == ENGLISH_NAME

    @property
    def tag(self) -> str:
        """Return what HTML and PDF call the language."""
        return "en-GB" if self.english else self.name

    def has(self, msgid: str) -> bool:
        """Say whether there is a wording of a message, be it the English one."""
        return msgid in self.messages

    def message(self, msgid: str) -> str:
        """Return the wording of a message."""
        return self.messages.get(msgid) or typeset(msgid)

    def plural(self, one: str, many: str, n: int) -> str:
        """Return the wording of a message for a number."""
        forms = self.plurals.get((one, many))
        return forms[form_of(self.rule)(n)] if forms else typeset(one if n == 1 else many)

    def number(self, value: int) -> str:
        """Return `1,204` or `1.204`."""
        return f"{value:,}".replace(",", self.group)

    def date(self, value: dt.date) -> str:
        """Return `3 July 2026` or `3. Juli 2026`."""
        return self.day_form % {
            "d": value.day, "dd": f"{value.day:02d}", "M": value.month, "MM": f"{value.month:02d}",
            "MMM": self.short[value.month - 1], "MMMM": self.months[value.month - 1],
            "y": value.year, "yyyy": value.year, "yy": f"{value.year % 100:02d}",
        }  # fmt: skip

    def moment(self, value: dt.datetime) -> str:
        """Return `3 July 2026 04:12 UTC`."""
        return say("{day} {time} UTC", day=self.date(value), time=f"{value:%H:%M}").into(self)

    def list(self, parts: Sequence[str]) -> str:
        """Return `a, b and c`."""
        *before, end = parts
        if not before:
            return end
        return self.last.format(functools.reduce(self.between.format, before), end)


ENGLISH: Final = Wording()


@functools.lru_cache(maxsize=8_192)
def typeset(wording: str) -> str:
    """Return an English wording with the apostrophes of print, however its source was typed. Commands keep theirs."""
    return "`".join(
        part if at % 2 else _APOSTROPHE.sub("\N{RIGHT SINGLE QUOTATION MARK}", part)
        for at, part in enumerate(wording.split("`"))
    )


@functools.cache
def form_of(rule: str) -> Callable[[int], int]:
    """Return the function of a rule; gettext's own reader lets nothing through but arithmetic on n."""
    return gettext.c2py(rule)


def known(users: Users | None = None) -> tuple[str, ...]:
    """Return the names of all languages: ours, and those of a user's folder."""
    theirs = {path.split("/")[1] for path in (users.files if users else ()) if path.startswith(f"{FOLDER}/")}
    ours = {entry.name for entry in _ours().iterdir() if entry.is_dir()} if _ours().is_dir() else set()
    return tuple(sorted({ENGLISH_NAME, *ours, *theirs}))


def among(name: str, names: Sequence[str]) -> str:
    """Return half a sentence that names the languages, or nothing where this is one of them."""
    return "" if name in names else f"{name!r} is no language{near(name, names)}; there are {', '.join(names)}"


def read(name: str, users: Users | None = None) -> Wording:
    """Read a language.

    Raises ConfigError for an unknown one, MissingLibrary without Babel, TemplateError for a wrong catalog.
    """
    if wrong := among(name, known(users)):
        raise ConfigError(
            f"{wrong}.", hint='Set "language" in [documents], or --language; docs/templates.md says how to add one.'
        )
    files = dict(_files(name, users))
    return _read(name, files) if files or name != ENGLISH_NAME else ENGLISH


def digest(name: str) -> str:
    """Return the digest of a language as we word it: it shapes a packet as templates do. A user's folder is one."""
    wording = read(name) if name in known() else Wording(name=name)
    said = {**asdict(wording), "plurals": sorted([*key, *forms] for key, forms in wording.plurals.items())}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def folders(templates: Path) -> tuple[str, ...]:
    """Return the names of the languages that a user's folder has, of which nothing was read yet."""
    try:
        return tuple(entry.name for entry in (templates / FOLDER).iterdir() if entry.is_dir())
    except OSError:
        return ()


def _ours() -> Any:
    return importlib.resources.files("srm_docs") / FOLDER


def _files(name: str, users: Users | None) -> Iterator[tuple[str, bytes]]:
    """Yield the catalogs of a language by the name that errors call them; of two wordings the later one holds."""
    folder = _ours() / name
    if folder.is_dir():
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
            if entry.name.endswith(_ENDING):
                yield f"srm_docs/{FOLDER}/{name}/{entry.name}", entry.read_bytes()
    for path, body in sorted(users.files.items()) if users else ():
        if path.startswith(f"{FOLDER}/{name}/") and path.endswith(_ENDING):
            yield f"{users.label}/{path}", body  # type: ignore[union-attr]


def _read(name: str, files: Mapping[str, bytes]) -> Wording:
    babel = _babel()
    try:
        locale = babel.Locale.parse(name.replace("-", "_"))
    except (ValueError, babel.UnknownLocaleError) as error:
        raise ConfigError(f"Babel knows no language {name!r}.", hint="Name the folder by its code, e.g. de.") from error
    messages: dict[str, str] = {}
    plurals: dict[tuple[str, str], tuple[str, ...]] = {}
    rule = ""
    for label, body in files.items():
        catalog = _catalog(babel, label, body, name)
        rule = rule or catalog.plural_expr
        for message in catalog:
            if not message.id or message.fuzzy:
                continue
            if wrong := _wrong(message, rule, catalog.plural_expr):
                raise TemplateError(f"{label}:{message.lineno}: {wrong}", hint=_HINT)
            if isinstance(message.id, tuple):
                plurals.update({message.id: tuple(message.string)} if all(message.string) else {})
            else:
                messages.update({message.id: message.string} if message.string else {})
    made = Wording(messages=messages, plurals=plurals)
    return made if name == ENGLISH_NAME else _writable(_written(babel, locale, replace(made, name=name, rule=rule)))


def _written(babel: Any, locale: Any, made: Wording) -> Wording:
    patterns, months = locale.list_patterns["standard"], locale.months["format"]
    return replace(
        made,
        months=tuple(months["wide"][at] for at in range(1, 13)),
        short=tuple(months["abbreviated"][at] for at in range(1, 13)),
        day_form=locale.date_formats["long"].format.replace("%(d)s. ", "%(d)s.\u00a0"),  # 4. / Oktober reads badly
        group=babel.numbers.get_group_symbol(locale).replace(
            "\u202f", "\u00a0"
        ),  # a narrow space is in no face of ours
        between=patterns["middle"],
        last=patterns["end"],
    )


def _writable(made: Wording) -> Wording:
    """Return it if dates and numbers can be printed in it. ConfigError where our faces or patterns cannot."""
    from srm_docs.render.text import coverage  # which words texts itself, and so imports this

    try:
        said = [made.date(dt.date(2026, month, 3)) for month in range(1, 13)] + [made.number(1_204)]
    except (KeyError, ValueError) as error:
        raise ConfigError(
            f"Dates of the language {made.name!r} are written in a way that documents cannot print ({error}).",
            hint="Choose another language.",
        ) from error
    if lacking := sorted({c for c in "".join([*said, *made.short]) if ord(c) not in coverage("sans")}):
        raise ConfigError(
            f"The bundled fonts lack characters of the language {made.name!r}: {' '.join(lacking[:8])}",
            hint="Choose a language that is written in Latin, Greek or Cyrillic letters.",
        )
    return made


def _catalog(babel: Any, label: str, body: bytes, name: str) -> Any:
    try:
        catalog = babel.messages.pofile.read_po(io.BytesIO(body), locale=name.replace("-", "_"), abort_invalid=True)
        wrong = any(not 0 <= form_of(catalog.plural_expr)(n) < catalog.num_plurals for n in _TRIED)
    except babel.messages.pofile.PoFileError as error:
        raise TemplateError(f"{label}:{error.lineno or 1}: {error.args[0]}", hint=_HINT) from error
    except (ArithmeticError, LookupError, TypeError, UnicodeDecodeError, ValueError) as error:
        raise TemplateError(f"{label} is no catalog that can be read: {error}", hint=_HINT) from error
    if wrong:
        said = f"its plural rule {catalog.plural_expr} names a form that it has not"
        raise TemplateError(f"{label}: {said}", hint=_HINT)
    return catalog


def _wrong(message: Any, rule: str, mine: str) -> str:
    """Return what is wrong with a translation: a value that it leaves out is lost, one too many cannot be filled."""
    if not isinstance(message.id, tuple):
        return _differs(message.id, message.string) if message.string else ""
    if not all(message.string):
        return ""
    if [form_of(rule)(n) for n in _TRIED] != [form_of(mine)(n) for n in _TRIED]:
        return f"its plural forms are {mine!r}, those of the catalogs before it {rule!r}"
    if len(message.id) != 2:  # noqa: PLR2004 - gettext's two: one and many
        return "a message with a number has two wordings in English"
    one, many = message.id
    first, *rest = message.string  # the first form may say "one" in words, the others must say how many
    if wrong := next((w for said in rest if (w := _differs(many, said))), ""):
        return wrong
    return _differs(many, first) and _differs(one, first)


def _differs(msgid: str, said: str) -> str:
    try:
        asked, given = placeholders(msgid), placeholders(said)
    except ValueError as error:
        return str(error)
    if asked == given:
        return ""
    names = [f"{{{name}{':' if how else ''}{how}}}" for name, how in sorted(asked ^ given)]
    return f"{said[:60]!r} has not the same placeholders as its message: {', '.join(names)}"


def _babel() -> Any:
    try:
        import babel
        import babel.messages.pofile
        import babel.numbers
    except ImportError as error:
        raise MissingLibrary(
            f"Documents in another language need Babel, which is not installed ({error}).",
            hint="pip install 'srm-docs[languages]'",
        ) from error
    return babel
