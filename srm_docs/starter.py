"""Write the configuration that a new user begins with: nothing in, a commented srm-docs.toml out."""

from __future__ import annotations

import textwrap
from pathlib import Path

from srm_docs.checks.discover import parameters
from srm_docs.config import FILE
from srm_docs.errors import OutputError, UsageError

_WIDTH = 96
_HEAD = """\
# srm-docs configuration. Every key is shown; those behind "# " show the default or an example.
# What is left out prints as NOT PROVIDED in the documents.

[organization]
name = ""                          # "Example Ltd": on every page
legal_name = ""                    # "Example Trading Limited": on the covers, where it differs
system = ""                        # "Example Billing platform on AWS"

[audit]
type = "type 1"                    # "type 1": at a date; "type 2": over a period
# period_start = 2025-07-01        # needed for type 2
# period_end = 2026-06-30
frameworks = ["soc2", "iso27001"]
categories = ["security"]          # SOC 2: also "availability", "confidentiality",
                                   # "processing integrity", "privacy"
offices_in_scope = false           # true: physical controls become shared, with your documents
version = ""                       # "0.1 draft for walkthrough"
classification = "Confidential"
prepared_by = ""                   # "Head of Compliance"

# Management's approval of the control mapping, once given. `srm-docs lint` prints the digest.
# [approval]
# name = "A. Person, Chief Information Security Officer"
# date = 2026-07-01
# catalog_digest = "…64 hex digits…"

# Without [[accounts]] the default credential chain is used (AWS_PROFILE, environment, role).
# [[accounts]]
# id = "111122223333"
# name = "production"
# profile = "audit"
# role_arn = "arn:aws:iam::111122223333:role/srm-docs"
# external_id = ""
# session_name = "srm-docs"

# With this table (or --org) AWS Organizations lists the accounts: docs/organizations.md.
# [aws_organization]
# role_name = "srm-docs"           # in each account: `srm-docs policy --format cloudformation`
# external_id = ""
# session_name = "srm-docs"
# profile = ""                     # of the management account or a delegated administrator
# own_account = "session"          # its own account: without a role; "role": by role_name
# include_ous = []                 # ["ou-ab12-11112222"]: with all units below; none included: all
# include_accounts = []
# include_tags = []                # ["environment=production", "audited"]
# exclude_ous = []                 # what is excluded is "out of scope by configuration"
# exclude_accounts = []
# exclude_tags = []

[collect]
# regions = ["eu-west-1"]          # left out: all enabled regions. Others that are enabled are
                                   # printed as "out of scope by configuration".
concurrency = 8                    # requests at once; half of them for one service
connect_timeout = 10               # seconds
read_timeout = 60                  # seconds
attempts = 5                       # tries a request, with botocore's own back-off
place_minutes = 60                 # for one service in one region; what is over is "timed out"
# run_minutes = 480                # for all of it; what is over is "not run"; left out: no limit

# Kept evidence: docs/evidence.md. Without this table it stays in the output folder.
# [store]
# place = "s3://bucket/evidence"   # keep it there instead; needs kms_key
# s3 = "s3://bucket/prefix"        # where `srm-docs evidence export` copies to
# region = "eu-west-1"             # of both
# profile = ""                     # that may write there
# kms_key = ""                     # encrypt under this KMS key; else as the bucket says
# lock = "compliance"              # Object Lock's mode, or "governance"; the bucket must have it
# lock_days = 2555
# keep_days = 2555                 # `srm-docs evidence gc` removes older ones that no packet cites
# keep_last = 4                    # but never one of the newest

[branding]
accent = "#123A5C"                 # contrast on white of 4.5 or more
# second = "#4A6B8A"               # of the bar on covers; left out: the accent
# logo = "logo.svg"                # or .png: on the covers, 40 x 12 mm at most
# logo_words = ""                  # what it says, for who cannot see it
paper = "A4"                       # or "Letter"

[documents]
embed = "auto"                     # evidence and workbook inside the main PDFs; or "none"
embed_limit_mb = 25                # beyond it only findings, indexes and contents.json
language = "en"                    # of the PDFs; or "de" (pip install 'srm-docs[languages]')

# What `srm-docs seal --sign` signs with; a passphrase or PIN is asked for, never kept here.
# [signing]
# key = "signer.p12"               # a PEM or PKCS#12 file
# certificates = ["signer.pem"]    # where the key's file does not hold them
# level = "B-T"                    # PAdES: B-B, B-T (timestamp), B-LT, B-LTA (archive)
# tsa = "https://tsa.example/"     # RFC 3161 timestamp authority, from B-T on
# trust = ["root.pem"]             # from B-LT on
# crls = ["root.crl"]
# pkcs11_module = "…/driver.so"    # a key in a token: these three instead of "key"
# pkcs11_token = "…"               # the token's label
# pkcs11_label = "…"               # that of the key and its certificate

[paths]
output = "output"
# controls = "controls"            # your own copy of controls/
# register = "register"            # what people say: docs/register.md (default: if it is there)
# templates = "templates"          # your own templates are looked up first

# Values that self-tests are judged by. Looser than the limit named, a test would prove nothing.
[parameters]
"""


def text() -> str:
    """The whole file, with every parameter and its limit."""
    lines = [_HEAD]
    for p in parameters():
        value = p.default if isinstance(p.default, int) else list(p.default)
        shown = str(value).replace("'", '"')
        limit = f"; {'at most' if p.at_most else 'at least'} {p.loosest}" if p.loosest is not None else ""
        unit = f" ({p.unit}{limit})" if p.unit else limit.replace("; ", " (") + (")" if limit else "")
        lines += textwrap.wrap(f"{p.title}{unit}", _WIDTH, initial_indent="# ", subsequent_indent="# ")
        lines += _assigned(p.id, shown)
    return "\n".join(lines).rstrip() + "\n"


def _assigned(key: str, shown: str) -> list[str]:
    """The commented line that sets a parameter; a list too long for a line stands on several."""
    line = f"# {key} = {shown}"
    if len(line) <= _WIDTH or not shown.startswith("["):
        return [line]
    inner = textwrap.wrap(shown.strip("[]"), _WIDTH, initial_indent="#     ", subsequent_indent="#     ")
    return [f"# {key} = [", *inner, "# ]"]


def write(folder: Path, *, force: bool = False) -> Path:
    """Write the file into `folder`; an existing one is kept unless `force`. Raises UsageError or OutputError."""
    path = folder / FILE
    if path.exists() and not force:
        raise UsageError(
            f"{path} is there already.", hint="`srm-docs init --force` replaces it; `--print` only shows one."
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(text(), encoding="utf-8")
    except OSError as error:
        raise OutputError(
            f"{path} cannot be written: {error.strerror}", hint="Choose a folder you may write to."
        ) from error
    return path
