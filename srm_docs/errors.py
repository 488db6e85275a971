"""What can go wrong, as one tree: each error has a message, a hint (the mend) and an exit code.

    SrmDocsError
    ├── UsageError              2   wrong option, config or input named on the command line
    │   ├── ConfigError         2   srm-docs.toml is malformed or holds an unknown key
    │   ├── MissingLibrary      2   an extra or a shared library (Pango) is not installed
    │   └── OutputError         2   the output folder cannot be written
    ├── CatalogError            3   controls/ is wrong (carries every fault at once)
    │   └── RegisterError       3   register/ is wrong (likewise), or a value does not fit into it
    ├── CannotBegin             4   no credentials, expired token, endpoint down, unknown region
    ├── EvidenceDamaged         5   the store or a snapshot is not what its digests say
    ├── TemplateError           6   a template is wrong (names file and line)
    ├── VerificationFailed      7   a packet is not what its manifest says
    └── Interrupted           130   Ctrl-C: what was kept is whole, the next run resumes

A refusal by AWS is data, never one of these; a bug is a traceback and exit 70.
"""

from __future__ import annotations

from collections.abc import Sequence


class SrmDocsError(Exception):
    """Base of all expected errors. `message` says what happened, `hint` what to do about it."""

    exit_code = 70

    def __init__(self, message: str, *, hint: str = "") -> None:
        """Keep the sentence and its mend apart so that the console can lay them out."""
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(SrmDocsError):
    """A wrong option, argument or input."""

    exit_code = 2


class ConfigError(UsageError):
    """`srm-docs.toml` cannot be used as written."""


class MissingLibrary(UsageError):
    """An extra or a shared library is not installed."""


class OutputError(UsageError):
    """The output folder cannot be written."""


class CatalogError(SrmDocsError):
    """`controls/` is wrong; `faults` holds every one as `file:line: sentence`."""

    exit_code = 3

    def __init__(self, message: str, *, faults: Sequence[str] = (), hint: str = "") -> None:
        """Carry all faults, because mending them one run at a time wastes a person's day."""
        super().__init__(message, hint=hint)
        self.faults = tuple(faults)


class RegisterError(CatalogError):
    """`register/` is wrong, or what should be written into it is; `faults` holds every one."""


class CannotBegin(SrmDocsError):
    """No credentials, an expired token, an unknown region or an endpoint that is down."""

    exit_code = 4


class EvidenceDamaged(SrmDocsError):
    """The store or a snapshot is not what its digests say."""

    exit_code = 5


class TemplateError(SrmDocsError):
    """A template is wrong: the message names the file and the line."""

    exit_code = 6


class VerificationFailed(SrmDocsError):
    """A packet is not what its manifest says."""

    exit_code = 7


class Interrupted(SrmDocsError):
    """The run was interrupted; what was kept is whole and `--resume` finishes it."""

    exit_code = 130
