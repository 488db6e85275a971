"""Find words that read like a verdict: text in, each such word with what surrounds it out.

Met belongs to a self-test and is printed with its count: "Met, 2 of 2". The same words are plain English in a sentence
of the catalog or of a check ("when a link fails"), and so are those that the texts given as prose hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

REQUIREMENT = re.compile(r"\b(CC\d\.\d|A1\.\d|C1\.\d|PI1\.\d|P\d\.\d|A\.[5-8]\.\d{1,2}|clause-\d+(\.\d+)*)\b")
"""How a criterion, an Annex A control or a clause is named."""

VERDICT = re.compile(
    r"(?i)\b(un)?met\b|\b(pass|fail)(s|es|ed)?\b|\b(in|non-?)?(compliant|effective(ly|ness)?|adequa(te|tely|cy))\b"
    r"|\bcompl(y|ies|ied)\b|\b(un)?satisf(y|ies|ied|actory)\b|\b(non-?)?conform(s|ed|ity|ing)?\b|\bfulfil(s|led)?\b"
    r"|\bin compliance\b|\bachieved\b|\bcertified\b|\bin our opinion\b|\bpresents? fairly\b"
    r"|\bin all material respects\b"
)

OF_A_TEST = re.compile(
    r"\bMet, [\d,]+ of [\d,]+\b"  # a self-test's result, with its population
    r"|\bself-tests? (were|was) met\b|\bSelf-tests [\d,]+ met\b"
    r"|\bMet [\d,]+ (Not determined|Deviation|Not applicable)\b"
    r"|\bMet Deviation Not determined\b|\bresults are Met, Deviation, Not determined\b"  # the key
    r"|\bMet Not applicable Not determined\b"
    r"|“Met” belongs to self-tests\b|\bcounted as met\b|\bmet [\d,]+ of [\d,]+ self-tests\b"
)
"""Where Met may stand: of a self-test, counted, and where it is explained."""

OF_A_REPORT = re.compile(r"\bopinion: certified\b|\bcertified services: (yes|no|NOT PROVIDED)\b")
"""What the certification body of AWS said of AWS, where management records its review of that certificate."""

_NEAR = 14


class Prose:
    """Sentences that are ours and judge nothing: a verdict's word within one of them is plain English."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._letters = " ".join(letters(text) for text in texts)
        self._held: dict[str, bool] = {}

    def holds(self, before: str, word: str, after: str) -> bool:
        """Whether the word stands there with the same letters before it, or after it."""
        word = letters(word)
        around = (letters(before)[-_NEAR:] + word, word + letters(after)[:_NEAR])
        return any(len(phrase) == _NEAR + len(word) and self._holds(phrase) for phrase in around)

    def _holds(self, phrase: str) -> bool:
        if phrase not in self._held:
            self._held[phrase] = phrase in self._letters
        return self._held[phrase]


def letters(text: str) -> str:
    """Only letters and digits: lines, hyphens, quotes and markup are set differently in each output."""
    return re.sub(r"[\W_]+", "", text)


def verdicts(text: str, prose: Prose, *, of_tests: bool) -> Iterator[str]:
    """Each word of a verdict that is neither in a known sentence nor (`of_tests`) a self-test's own."""
    allowed = [m.span() for m in OF_A_TEST.finditer(text)] if of_tests else []
    allowed += [m.span() for m in OF_A_REPORT.finditer(text)]
    for found in VERDICT.finditer(text):
        start, end = found.span()
        if any(first <= start and end <= last for first, last in allowed):
            continue
        before, after = text[max(0, start - 60) : start], text[end : end + 60]
        if not prose.holds(before, found.group(0), after):
            yield f"…{before}[{found.group(0)}]{after}…"
