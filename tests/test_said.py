"""A sentence that can be said again in another language is, to everything else, its English text."""

from __future__ import annotations

import copy
import datetime as dt
import json
import pickle
from collections.abc import Callable, Sequence

import pytest

from srm_docs import said
from srm_docs.said import Said, day, joined, listed, moment, placeholders, plural, say, sentence, translated

WORDS = {
    "{met:,} of {tests} met": "{tests}, davon {met:,} erfüllt",
    "Period {period}, read {read}": "Gelesen {read}, Zeitraum {period}",
    "list refused": "Liste verweigert",
    "see {what}": "siehe {what}",
    "no change": "keine Änderung",
}
PLURALS = {
    ("{n:,} self-test", "{n:,} self-tests"): ("{n:,} Selbsttest", "{n:,} Selbsttests"),
    ("{n:,} more", "{n:,} more"): ("{n:,} weiterer", "{n:,} weitere"),
}


class German:
    """A translator that knows a few words, for the tests."""

    def message(self, msgid: str) -> str:
        return WORDS.get(msgid, msgid)

    def plural(self, one: str, many: str, n: int) -> str:
        return PLURALS.get((one, many), (one, many))[n != 1]

    def number(self, value: int) -> str:
        return f"{value:,}".replace(",", ".")

    def date(self, value: dt.date) -> str:
        return f"{value:%d.%m.%Y}"

    def moment(self, value: dt.datetime) -> str:
        return f"{value:%d.%m.%Y, %H:%M} UTC"

    def list(self, parts: Sequence[str]) -> str:
        return f"{', '.join(parts[:-1])} und {parts[-1]}"


TESTS = plural(1_204, "{n:,} self-test", "{n:,} self-tests")
WHEN = dt.datetime(2026, 7, 3, 6, 12, tzinfo=dt.timezone(dt.timedelta(hours=2)))
EACH: dict[str, tuple[Callable[[], str], str, str]] = {
    "message": (lambda: say("list refused"), "list refused", "Liste verweigert"),
    "values": (lambda: say("{met:,} of {tests} met", met=1_000, tests=TESTS), "1,000 of 1,204 self-tests met",
               "1.204 Selbsttests, davon 1.000 erfüllt"),
    "one": (lambda: plural(1, "{n:,} self-test", "{n:,} self-tests"), "1 self-test", "1 Selbsttest"),
    "unknown": (lambda: say("nobody said {it} of {n}", it="this", n=1_204), "nobody said this of 1204",
                "nobody said this of 1204"),
    "dates": (lambda: say("Period {period}, read {read}", period=dt.date(2026, 6, 30), read=WHEN),
              "Period 30 June 2026, read 3 July 2026 04:12 UTC", "Gelesen 03.07.2026, 04:12 UTC, Zeitraum 30.06.2026"),
    "list": (lambda: say("see {what}", what=("a", say("list refused"), "{b}")), "see a, list refused and {b}",
             "siehe a, Liste verweigert und {b}"),
    "shortened": (lambda: listed(["a", "b", "c"], most=1), "a and 2 more", "a und 2 weitere"),
    "joined": (lambda: joined("; ", ["EV-1", say("list refused")]), "EV-1; list refused", "EV-1; Liste verweigert"),
    "day": (lambda: day(WHEN.date()), "3 July 2026", "03.07.2026"),
    "moment": (lambda: moment(WHEN), "3 July 2026 04:12 UTC", "03.07.2026, 04:12 UTC"),
    "sentence": (lambda: sentence(say("no change")), "No change.", "Keine Änderung."),
}  # fmt: skip


@pytest.mark.parametrize("name", EACH)
def test_it_is_its_english_text_and_can_be_said_in_german(name: str) -> None:
    make, english, german = EACH[name]
    made = make()
    assert isinstance(made, Said)
    assert (made, str(made), f"{made}") == (english, english, english)
    assert translated(made, German()) == german


@pytest.mark.parametrize("name", EACH)
def test_it_travels_and_compares_as_its_text(name: str) -> None:
    made = EACH[name][0]()
    for same in (pickle.loads(pickle.dumps(made)), copy.copy(made), copy.deepcopy(made)):
        assert type(same) is type(made)
        assert same == made
        assert translated(same, German()) == EACH[name][2]
    assert hash(made) == hash(str(made))
    assert {str(made): 1}[made] == 1
    assert json.dumps({made: [made]}) == json.dumps({str(made): [str(made)]})


def test_data_alone_stays_data() -> None:
    for data in (
        joined("; ", ["a", "b"]),
        joined("; ", ["a"]),
        joined("; ", []),
        listed(["a"]),
        listed([]),
        sentence("a"),
    ):
        assert type(data) is str
    assert (joined("; ", ["a", "b"]), listed([]), sentence("its own words")) == ("a; b", "", "Its own words.")
    assert translated("Deviation", German()) == "Deviation"


def test_one_part_alone_is_itself() -> None:
    made = say("list refused")
    assert joined("; ", [made]) is made
    assert listed([made]) is made


def test_values_are_never_read_as_wording() -> None:
    hostile = say("see {what}", what="{met.__class__} {0}")
    assert translated(hostile, German()) == "siehe {met.__class__} {0}"


@pytest.mark.parametrize("wording", ["{n.__class__}", "{n[0]}", "{0}", "{}", "{n!r}", "{n:>9999999}", "{n"])
def test_a_wording_can_ask_for_nothing_but_its_values(wording: str) -> None:
    with pytest.raises(ValueError, match=r"placeholder|expected"):
        placeholders(wording)


def test_placeholders_are_name_and_format() -> None:
    assert placeholders("{met:,} of {tests}, {met:,}") == {("met", ","), ("tests", "")}


def test_a_wording_without_values_may_hold_braces() -> None:
    assert translated(say("as {it} is {"), German()) == "as {it} is {"


def test_lists_of_values_are_english_in_the_text() -> None:
    assert said.say("{what}", what=("a", "b")) == "a and b"


def test_what_a_check_says_of_thousands_is_kept_once() -> None:
    assert said.of_check("AWS is asked.") is said.of_check("AWS is asked.")
    assert said.of_catalog("Findings") is said.of_catalog("Findings")
    assert said.of_check("a {brace}").into(German()) == "a {brace}"
