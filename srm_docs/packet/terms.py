"""The closed words of states, statuses, severities and the register, as documents print them.

The enumerations keep plain values, because files for machines hold them; here each value has its printed word.
"""

from __future__ import annotations

from typing import Final

from srm_docs.packet.model import NOT_PROVIDED
from srm_docs.said import Said, say

_WORDS: Final = (
    # states of a planned read
    say("ok"), say("empty"), say("absent"), say("not offered"), say("partial"), say("denied"), say("throttled"),
    say("timed out"), say("failed"), say("disabled"), say("unsupported"), say("parent refused"), say("parent empty"),
    say("out of scope"), say("not run"), say("out of scope by configuration"), say("not active"),
    # severities and confidences
    say("critical"), say("high"), say("medium"), say("low"),
    # who does it, and how much a link does
    say("inherited"), say("shared"), say("customer"), say("not applicable"), say("primary"), say("supporting"),
    # trust services categories
    say("security"), say("availability"), say("confidentiality"), say("processing integrity"), say("privacy"),
    # whether a list agrees with the number that AWS states
    say("agrees"), say("differs"), say("not stated"), say("not determinable"),
    # units of parameters
    say("days"), say("hours"), say("characters"), say("bits"), say("rules"), say("passwords"),
    # the register
    say("preventive"), say("detective"), say("corrective"), say("manual"), say("automated"),
    say("IT-dependent manual"), say("continuous"), say("many a day"), say("daily"), say("weekly"), say("monthly"),
    say("quarterly"), say("yearly"), say("as needed"), say("implemented"), say("planned"), say("alternative"),
    say("risk treatment"), say("law or regulation"), say("contract"), say("business need"), say("open"),
    say("under way"), say("closed"), say("document"), say("screenshot"), say("export"), say("ticket"),
    say("statement"), say("ready"), say("rejected"), say("superseded"), say("unmodified"), say("qualified"),
    say("adverse"), say("disclaimer"), say("certified"), say("provided"), say("accepted"), say("returned"),
    say("infrastructure"), say("software"), say("people"), say("procedures"), say("data"), say("control"),
    say("subservice organization"), say("commitment"), say("incident"), say("control failure"),
)  # fmt: skip
_TERMS: Final[dict[str, Said]] = {str(word): word for word in _WORDS}
_CAPITALS: Final[dict[str, Said]] = {
    str(word).casefold(): word
    for word in (
        say("Implemented"), say("Partial"), say("Planned"), say("Alternative"), say("Not applicable"), say("Open"),
        say("Provided"), say("Accepted"), say("Returned"), say("High confidence"), say("Medium confidence"),
        say("Low confidence"),
    )
}  # fmt: skip


def term(word: str) -> str:
    """The printed word of a closed set's value; what is none of them is data and stays as it is."""
    return _TERMS.get(word, str(word))


def flag(value: bool | None) -> str:  # noqa: FBT001 - a fact, not a mode
    """Yes or no; NOT PROVIDED where nobody said."""
    return NOT_PROVIDED if value is None else say("yes") if value else say("no")


def heading(word: str) -> str:
    """The same word where it stands alone or begins a sentence."""
    return _CAPITALS.get(word.casefold(), f"{word[:1].upper()}{word[1:]}")
