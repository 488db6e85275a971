"""Documents in other languages: catalogs are complete, nothing of ours stays in English, and English stays as it is."""

from __future__ import annotations

import dataclasses
import datetime as dt
import importlib
import io
import pickle
import re
import sys
from pathlib import Path
from typing import Any

import packet_sample
import pikepdf
import pypdfium2
import pytest
import verapdf
from babel.messages.pofile import read_po
from markupsafe import escape

from srm_docs import config
from srm_docs.errors import ConfigError, MissingLibrary, TemplateError
from srm_docs.render import assets, confined, documents, html, languages, phrases, precheck, text
from srm_docs.said import holds_text, joined, listed, of_catalog, of_check, plural, say, sentence, translated

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))
catalogs: Any = importlib.import_module("catalogs")
sys.path.pop(0)

GERMAN = languages.read("de")


def users(tmp_path: Path, **catalogs_of: str) -> assets.Users:
    """Return a folder of templates with `locale/<language>/mine.po`."""
    for code, entries in catalogs_of.items():
        path = tmp_path / "locale" / code / "mine.po"
        path.parent.mkdir(parents=True)
        head = (
            'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=2; plural=(n != 1);\\n"'
        )
        path.write_text(f"{head}\n\n{entries}\n", "utf-8")
    return assets.read(tmp_path)


def shown(source: str, tmp_path: Path, language: languages.Wording = GERMAN, **context: object) -> str:
    (tmp_path / "t.html").write_text(source, "utf-8")
    return html.render("t.html", users=tmp_path, language=language, **context).text


# ---- catalogs


def test_every_message_is_a_literal() -> None:
    """What is composed at run time no translator can find."""
    found = (*catalogs.in_templates(), *catalogs.in_code())
    assert [(name, line) for name, line, message in found if message is None] == []


def test_german_is_complete_and_has_the_same_placeholders() -> None:
    path = ROOT / "srm_docs" / "locale" / "de" / "templates.po"
    said = read_po(path.open("rb"), locale="de", abort_invalid=True)
    wanted = catalogs.messages()
    given = {message.id: message for message in said if message.id}
    assert set(wanted) - set(given) == set(), "python tools/catalogs.py de"
    assert set(given) - set(wanted) == set(), "python tools/catalogs.py de"
    for ident, message in given.items():
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(forms), ident
        assert not message.fuzzy, ident
    assert languages.read("de").message("Executive summary") == "Zusammenfassung"  # reading holds the placeholders


@pytest.mark.parametrize(
    ("entries", "wrong"),
    [
        ('msgid "{n:,} entered"\nmsgstr "{n} drin"', "placeholders"),
        ('msgid "All {accounts}"\nmsgstr "Alle"', "placeholders"),
        ('msgid "All {accounts}"\nmsgstr "Alle {accounts.__class__}"', "placeholder that is no name"),
        ('msgid "All {accounts}"\nmsgstr "Alle {accounts"', "expected '}'"),
        (
            'msgid "{n:,} region"\nmsgid_plural "{n:,} regions"\nmsgstr[0] "{n:,} Region"\nmsgstr[1] "viele"',
            "placeholders",
        ),
        ('msgid "x"\nmsgid "y"\nmsgstr[3] nonsense', "mine.po"),
    ],
)
def test_a_wrong_catalog_is_named_with_its_line(tmp_path: Path, entries: str, wrong: str) -> None:
    with pytest.raises(TemplateError, match=r"locale/de/mine\.po") as caught:
        languages.read("de", users(tmp_path, de=entries))
    assert wrong in caught.value.message


def test_a_users_catalog_wins_and_english_has_one_too(tmp_path: Path) -> None:
    folder = users(tmp_path, de='msgid "Findings"\nmsgstr "Befunde"', en='msgid "Findings"\nmsgstr "Observations"')
    assert languages.read("de", folder).message("Findings") == "Befunde"
    assert languages.read("de", folder).message("Glossary") == "Glossar"
    english = languages.read("en", folder)
    assert (english.message("Findings"), english.english, english.tag) == ("Observations", True, "en-GB")


def test_a_user_may_add_a_language(tmp_path: Path) -> None:
    folder = users(tmp_path, fr='msgid "Findings"\nmsgstr "Constats"')
    french = languages.read("fr", folder)
    assert french.message("Findings") == "Constats"
    assert french.date(dt.date(2026, 7, 3)) == "3 juillet 2026"
    assert "fr" in languages.known(folder)


def catalog_of(rule: str, entries: str = "") -> assets.Users:
    head = f'msgid ""\nmsgstr "Plural-Forms: nplurals=2; plural={rule};\\n"\n\n'
    return assets.Users(label="mine", files={"locale/de/own.po": (head + entries).encode()})


def test_plural_rules_are_compared_by_what_they_say_and_tried_before_they_are_needed() -> None:
    message = 'msgid "{n:,} page"\nmsgid_plural "{n:,} pages"\nmsgstr[0] "{n:,} Blatt"\nmsgstr[1] "{n:,} Blätter"\n'
    for rule in ("n != 1", "(n!=1)", "(n == 1 ? 0 : 1)"):
        assert languages.read("de", catalog_of(rule, message)).plural("{n:,} page", "{n:,} pages", 2) == "{n:,} Blätter"
    for rule in ("n", "1/(n-5)"):
        with pytest.raises(TemplateError, match=r"mine/locale/de/own\.po"):
            languages.read("de", catalog_of(rule))


def test_a_number_may_be_in_words_in_the_first_form_only() -> None:
    entry = 'msgid "One file"\nmsgid_plural "{{n}} files"\nmsgstr[0] "Eine Datei"\nmsgstr[1] "{}"\n'
    languages.read("de", catalog_of("n != 1", entry.format("{n} Dateien")))
    with pytest.raises(TemplateError, match="placeholders"):
        languages.read("de", catalog_of("n != 1", entry.format("Dateien")))


@pytest.mark.parametrize(("name", "says"), [("th", "cannot print"), ("ja", "fonts lack")])
def test_a_language_that_cannot_be_printed_is_refused_when_it_is_chosen(name: str, says: str) -> None:
    empty = assets.Users(label="mine", files={f"locale/{name}/own.po": b'msgid ""\nmsgstr ""\n'})
    with pytest.raises(ConfigError, match=says):
        languages.read(name, empty)


def test_french_parts_numbers_by_a_space_that_the_fonts_have() -> None:
    french = languages.read("fr", assets.Users(label="mine", files={"locale/fr/own.po": b'msgid ""\nmsgstr ""\n'}))
    assert text.visible(french.number(1_204_567), strict=True).replace("\u00a0", " ") == "1 204 567"


def test_an_unknown_language_is_an_error_that_names_the_known_ones() -> None:
    with pytest.raises(ConfigError, match=r"'dee' is no language; did you mean \"de\"\?; there are de, en"):
        languages.read("dee")


def test_english_never_asks_babel_and_german_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "babel", None)
    assert languages.read("en") is languages.ENGLISH
    with pytest.raises(MissingLibrary, match="Babel") as caught:
        languages.read("de")
    assert "srm-docs[languages]" in caught.value.hint


# ---- numbers and dates


def test_numbers_dates_and_lists_are_written_as_in_the_language() -> None:
    when = dt.datetime(2026, 7, 3, 4, 12, tzinfo=dt.UTC)
    assert GERMAN.date(when) == "3.\u00a0Juli 2026"
    assert GERMAN.moment(when) == "3.\u00a0Juli 2026, 04:12 UTC"
    assert GERMAN.number(1_204) == "1.204"
    assert GERMAN.list(["a", "b", "c"]) == "a, b und c"
    english = languages.ENGLISH
    assert english.date(when) == "3 July 2026"
    assert english.moment(when) == "3 July 2026 04:12 UTC"
    assert english.number(1_204) == "1,204"
    assert english.list(["a", "b", "c"]) == "a, b and c"


def test_a_language_travels_to_another_process() -> None:
    assert pickle.loads(pickle.dumps(GERMAN)) == GERMAN
    assert translated(plural(1_204, "{n:,} region", "{n:,} regions"), GERMAN) == "1.204 Regionen"


# ---- in templates


def test_a_translation_is_text_and_so_are_its_values(tmp_path: Path) -> None:
    folder = users(tmp_path, de='msgid "All {accounts}"\nmsgstr "<b>Alle</b> {accounts}"')
    mine = languages.read("de", folder)
    source = (
        '{{ _("All {accounts}", accounts=name) }}'
        '{% set x %}<i>{{ name }}</i>{% endset %}{{ _("All {accounts}", accounts=x) }}'
    )
    page = shown(source, tmp_path, mine, name="<script>\u202e")
    assert page == (
        "&lt;b&gt;Alle&lt;/b&gt; &lt;script&gt;‹U+202E›"
        "&lt;b&gt;Alle&lt;/b&gt; <i>&lt;script&gt;‹U+202E›</i>"
    )  # fmt: skip


def test_a_none_in_a_sentence_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"t\.html:1: accounts is None"):
        shown('{{ _("All {accounts}", accounts=none) }}', tmp_path)


def test_sentences_of_the_model_are_said_wherever_they_are_printed(tmp_path: Path) -> None:
    met = say("Not determined")
    source = (
        '{{ s }} {{ s|value }} {{ s|cut(200) }} {{ s|plain }} {{ [s, "x"]|join("/") }} {{ [s, s]|listed }} '
        '{{ s|inside }} {{ s|capitalize }} {{ s == "Not determined" }} {{ "%s"|format(s) if false else "" }}'
    )
    page = shown(source, tmp_path, s=met)
    assert "Not" not in page
    assert page.count("Nicht beurteilbar") == 9
    assert (
        shown("{{ s|inside }} {{ s|capitalize }}", tmp_path, languages.ENGLISH, s=met)
        == "not determined Not determined"
    )


def test_a_text_of_the_catalog_prints_in_english_and_is_marked(tmp_path: Path) -> None:
    source = '{{ t|catalog }};{{ t|catalog|value(300) }};{{ _("To bring: {what}", what=t|catalog) }}'
    mark = '<span class="en" lang="en">'
    page = shown(source, tmp_path, t="Every bucket <is> private").split(";")
    whole = page[0]
    assert ";".join(page).count(mark) == 3
    assert whole.startswith(mark)
    assert shown("{{ t|catalog }}", tmp_path, t="Findings") == "Feststellungen"
    assert mark not in shown(source, tmp_path, languages.ENGLISH, t="Every bucket is private")


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("{{ t|catalog|capitalize }}", "Every <bucket>"),
        ("{{ t|catalog|replace('bucket', 'queue') }}", "every <queue>"),
        ("{{ t|catalog|upper }}", "EVERY <BUCKET>"),
        ("{{ t|catalog|inside }}", "every <bucket>"),
        ("{{ t|catalog|trim|string }}", "every <bucket>"),
    ],
)
def test_a_changed_text_of_the_catalog_stays_marked_and_is_no_markup(source: str, words: str, tmp_path: Path) -> None:
    escaped = words.replace("<", "&lt;").replace(">", "&gt;")
    assert shown(source, tmp_path, t="every <bucket>") == f'<span class="en" lang="en">{escaped}</span>'


@pytest.mark.parametrize(
    ("sentence", "made"),
    [
        (say("{day}: {what}", day=dt.date(2026, 7, 3), what="a <b>"), "3.\u00a0Juli 2026: [a &lt;b&gt;]"),
        (say("{what}", what=("a <b>", "c")), "[a &lt;b&gt;] und [c]"),
        (listed(["a <b>", say("Accounts")]), "[a &lt;b&gt;] und Konten"),
        (plural(2, "{n:,} account: {what}", "{n:,} accounts: {what}", what="a <b>"), "2 accounts: [a &lt;b&gt;]"),
        (sentence(say("{n:,} of {what}", n=2, what="<a> b")), "2 of [&lt;a&gt; b]."),
        (sentence(say("{what}", what="It is so.")), "[It is so.]"),
        (say("{n} {inner}", n=1, inner=sentence(say("{what}", what="c"))), "1 [c]."),
    ],
)
def test_texts_of_the_catalog_are_marked_wherever_a_sentence_holds_them(
    sentence: str, made: str, tmp_path: Path
) -> None:
    page = shown("{{ s|catalog|value }}", tmp_path, s=sentence)
    page = re.sub(r"</?span[^>]*data[^>]*>", "", page)
    assert re.sub(r'<span class="en" lang="en">(.*?)</span>', r"[\1]", page) == made
    assert shown("{{ s|catalog|value }}", tmp_path, languages.ENGLISH, s=sentence) == str(escape(sentence))


def test_english_is_set_with_the_apostrophes_of_print_and_commands_and_data_keep_theirs(tmp_path: Path) -> None:
    source = """{{ _("AWS's {n}; the customers' part: `it's -q 'x'`", n="o'clock") }} | {{ n }} | {{ s }}"""
    page = shown(source, tmp_path, languages.ENGLISH, n="o'clock", s=say("AWS's answer"))
    assert page.replace("&#39;", "'").replace("\N{RIGHT SINGLE QUOTATION MARK}", "*").split(" | ") == [
        "AWS*s o'clock; the customers* part: `it's -q 'x'`", "o'clock", "AWS*s answer",
    ]  # fmt: skip


def test_a_users_template_says_the_same_in_its_process(tmp_path: Path) -> None:
    (tmp_path / "t.html").write_text('{{ _("Findings") }} {{ 1204|plural("region") }} {{ s }}', "utf-8")
    made = confined.html("t.html", assets.read(tmp_path), language=GERMAN, s=say("Accounts"))
    assert made.text == "Feststellungen 1.204 Regionen Konten"
    assert precheck.faults(assets.read(tmp_path))[0].message.startswith("'s' is undefined")  # and not `_`


def test_style_sheets_say_what_they_print_in_the_language() -> None:
    css = phrases.css(GERMAN).decode()
    assert '"Seite " counter(page) " von " counter(pages)' in css
    assert 'content: ", Seite " target-counter(attr(href), page)' in css
    assert phrases.css(languages.ENGLISH) == b""
    assert ".missing { white-space: normal" in css  # NOT PROVIDED is longer than its column
    assert "thead th { hyphenate-limit-chars: 6 3 3 }" in css
    hostile = languages.Wording(name="xx", messages={"Page {page} of {pages}": 'a"}} * {page} \\ {pages}'})
    assert '"a\\22 \\7d " " \\2a  " counter(page)' in phrases.css(hostile).decode()


def test_counts_are_said_with_the_case_that_the_language_needs(tmp_path: Path) -> None:
    assert shown("{{ 3|of(25, 'finding') }}", tmp_path) == "3\u00a0von\u00a025 Feststellungen"


def test_texts_of_the_catalog_are_marked_within_our_sentences_too(tmp_path: Path) -> None:
    title, lead = "Every bucket blocks public access", "AWS runs it."
    finding = say("{tally}: deviation from “{title}”", tally=plural(2, "{n:,} bucket", "{n:,} buckets"), title=title)
    page = shown(
        "{{ f|catalog|value(300) }};{{ l|catalog }}", tmp_path, f=finding, l=joined(" ", (lead, say("Findings")))
    )
    first, second = page.split(";")
    assert f'<span class="en" lang="en">{title}</span>' in first
    assert "&lt;" not in page
    assert second == f'<span class="en" lang="en">{lead}</span> Feststellungen'
    known = joined(" ", ("Data", say("Findings")))
    assert shown("{{ l|catalog }}", tmp_path, l=known) == "Daten Feststellungen"
    plain = shown("{{ f|catalog|value(300) }};{{ l|catalog }}", tmp_path, languages.ENGLISH, f=finding, l=known)
    assert plain == f"2 buckets: deviation from “{title}”;Data Findings"


MARKED = '<span class="en" lang="en">{}</span>'


@pytest.mark.parametrize(
    ("said", "made"),
    [
        (of_catalog("Data"), "Daten"),
        (of_catalog("Every <bucket>"), MARKED.format("Every &lt;bucket&gt;")),
        (of_check("it's open"), MARKED.format("it&#39;s open")),
        (joined(" ", ("CC6.1", of_catalog("Data"))), "CC6.1 Daten"),
        (say("in {place}", place="eu-west-1"), "in eu-west-1"),
        (
            say("{bad} of {tests} deviated: {titles}.", bad=1, tests="eu-west-1", titles=of_catalog("A rule")),
            f"1\u00a0von\u00a0eu-west-1 mit Abweichung: {MARKED.format('A rule')}.",
        ),
        (
            joined("; ", [of_check("a <b>"), say("and {n:,} more", n=2)]),
            f"{MARKED.format('a &lt;b&gt;')}; und 2 mehr",
        ),
        (sentence(of_check("so it is")), MARKED.format("So it is.")),
        (plural(2, "{n:,} {what}", "{n:,} {what}", what=listed(["x", of_check("y")])), f"2 x und {MARKED.format('y')}"),
    ],
)
def test_a_sentence_marks_the_texts_in_it_and_leaves_data(said: str, made: str, tmp_path: Path) -> None:
    """However it is printed; English prints it as it is."""
    bare = re.compile("<[^>]*>")
    assert shown("{{ s }}", tmp_path, s=said) == made
    start = MARKED.partition("{")[0]
    for how in ("{{ s }}", "{{ s|value }}"):
        page = shown(how, tmp_path, s=said)
        assert bare.sub("", page.replace(start, "[")) == bare.sub("", made.replace(start, "["))
        assert bare.sub("", shown(how, tmp_path, languages.ENGLISH, s=said)) == str(escape(said))
    assert pickle.loads(pickle.dumps(said)) == said


def test_a_long_text_of_a_check_is_cut_and_marked(tmp_path: Path) -> None:
    page = shown("{{ s|value(40) }}", tmp_path, s=of_check("word " * 40))
    assert page.startswith('<span class="en" lang="en">')
    assert "weitere Zeichen" in page
    assert page.count("word") < 12


def test_a_link_and_an_attribute_hold_the_words_alone(tmp_path: Path) -> None:
    said = say("{id} {what}", id="x", what=of_catalog("A rule"))
    assert shown("{{ s|plain }}|{{ s|cut(200) }}|{{ s|inside }}", tmp_path, s=said).split("|")[:2] == ["x A rule"] * 2


def test_missing_input_is_in_brick_also_after_a_cut(tmp_path: Path) -> None:
    source = '{% import "parts/words.html" as words %}{{ words.said(s|cut(400)) }}'
    page = shown(source, tmp_path, s=say("NOT PROVIDED"))
    assert page.strip() == '<b class="missing">NICHT ANGEGEBEN</b>'


def test_whether_a_sentence_holds_a_text() -> None:
    held = of_check("y")
    holders = [held, sentence(held), joined(" ", ("x", held)), listed(["x", held]), say("{a}", a=held)]
    assert all(map(holds_text, holders))
    assert not any(map(holds_text, ["y", say("y"), say("{a}", a="y"), listed(["x", say("y")]), None]))


@pytest.mark.parametrize("name", ["CC6.1", "A.5.12", "4.1", "SOC 2"])
def test_a_name_is_of_no_language(name: str, tmp_path: Path) -> None:
    assert shown("{{ t|catalog }}", tmp_path, t=name) == name


def test_every_text_of_the_german_catalog_is_one_of_the_catalog() -> None:
    """A text that was changed there is looked for in vain here."""
    given = {message.id for message in read_po((ROOT / "srm_docs/locale/de/catalog.po").open("rb"), locale="de")} - {""}
    packet = packet_sample.packet()
    lines = [line for d in packet.domains for line in (*d.aws, *d.customer, d.not_applicable_line) if line]
    texts = {d.title for d in packet.domains} | {line.text for line in lines}
    files = " ".join(p.read_text("utf-8") for p in (ROOT / "controls").rglob("*.yaml"))
    known = " ".join(files.split())
    assert texts <= given
    parts = {part for text in given for part in text.split(". The customer")}
    assert {part for part in parts if part.lower() not in known.lower()} <= {"Processing integrity"}


# ---- a document, the configuration, a packet's name


@pytest.fixture(scope="module")
def summary() -> bytes:
    return documents.document(packet_sample.packet(), "executive-summary", documents.Press(language=GERMAN))


@pytest.mark.skipif(bool(verapdf.missing()), reason=verapdf.missing())
@pytest.mark.parametrize("flavour", sorted(verapdf.PROFILES))
def test_a_german_document_is_archival_and_accessible(summary: bytes, flavour: str) -> None:
    assert verapdf.failures(summary, flavour) == {}


def test_a_german_document_says_so_and_speaks_german(summary: bytes) -> None:
    with pikepdf.open(io.BytesIO(summary)) as made:
        assert str(made.Root.Lang) == "de"
    pages = pypdfium2.PdfDocument(summary)
    text = " ".join(page.get_textpage().get_text_range() for page in pages).replace("\u00a0", " ")
    assert "Seite 1 von 2" in text
    assert "Von der Geschäftsleitung erstellt, ungeprüft" in text
    assert "Selbsttests nach Domäne: 4 von 12" in text
    assert not re.search(r"\bPage\b|\bSelf-tests\b|not audited", text)


def test_a_kept_layout_is_of_one_language(tmp_path: Path, summary: bytes) -> None:
    packet, press = packet_sample.packet(), documents.Press(cache=tmp_path)
    english = documents.document(packet, "executive-summary", press)
    german = documents.document(packet, "executive-summary", dataclasses.replace(press, language=GERMAN))
    assert german == summary != english
    assert len(list(tmp_path.glob("*.pdf"))) == 2


def test_the_configuration_names_the_line_of_an_unknown_language(tmp_path: Path) -> None:
    file = tmp_path / "srm-docs.toml"
    file.write_text('[documents]\nlanguage = "dee"\n', "utf-8")
    with pytest.raises(ConfigError, match=r'srm-docs\.toml:2: "language" is wrong: .*did you mean "de".*de, en'):
        config.load(file)
    file.write_text('[documents]\nlanguage = "de"\n', "utf-8")
    assert config.load(file).language == "de"
    (tmp_path / "mine" / "locale" / "fr").mkdir(parents=True)
    file.write_text(f'[documents]\nlanguage = "fr"\n[paths]\ntemplates = "{tmp_path}/mine"\n', "utf-8")
    assert config.load(file).language == "fr"


def test_the_language_and_its_wording_are_part_of_a_packets_name(monkeypatch: pytest.MonkeyPatch) -> None:
    english, german = languages.digest("en"), languages.digest("de")
    assert english != german == languages.digest("de")
    real = languages.read("de")
    other = dataclasses.replace(real, messages={**real.messages, "Findings": "Befunde"})
    monkeypatch.setattr(languages, "read", lambda name: other)
    assert languages.digest("de") != german
