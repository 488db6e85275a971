"""Secrets that are known by their own letters, or by the command that is given one: a table.

Every expression is linear in the text: an unbounded repeat is the last thing in it (so that it takes what it scanned),
and what comes before is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Final, NamedTuple

from srm_docs.evidence.names import is_harmless
from srm_docs.evidence.packed import unpacked


def is_random(text: str) -> bool:
    """Whether a text was drawn by chance and not written by people.

    Random base64 changes between upper case, lower case and digit about every second character; names and paths change
    at word boundaries only.
    """
    classes = ["u" if c.isupper() else "l" if c.islower() else "d" for c in text if c.isalnum()]
    changes = sum(one != other for one, other in pairwise(classes))
    return len(set(classes)) == 3 and changes * 40 >= 14 * len(text)  # noqa: PLR2004 - see above


def _is_login(text: str) -> bool:
    """Whether base64 holds `name:password`."""
    return any(":" in inner for inner in unpacked(text))


def _is_typed(text: str) -> bool:
    # What begins so is filled in when the command runs, or is the next option.
    return not is_harmless(text) and text[0] not in "$`%<{-["


class Token(NamedTuple):
    """Secrets of one kind: one of the anchors is in each, the expression finds it (its group, where it has one).

    `holds` says of what was found whether it is a secret.
    """

    kind: str
    anchors: tuple[str, ...]
    expression: re.Pattern[str]
    holds: Callable[[str], bool] | None = None


def _token(kind: str, anchors: str, expression: str, holds: Callable[[str], bool] | None = None) -> Token:
    return Token(kind, tuple(anchors.split()), re.compile(expression), holds)


TOKENS: Final = (
    _token("aws-access-key", "AKIA ASIA ABIA ACCA", r"(?<![A-Z0-9])A(?:KIA|SIA|BIA|CCA)[A-Z0-9]{16}(?![A-Z0-9])"),
    _token(
        "aws-session-token",
        "IQoJb3JpZ2lu FwoGZXIvYXdz FQoGZXIvYXdz",
        r"(?:IQoJb3JpZ2lu|F[wQ]oGZXIvYXdz)[A-Za-z0-9/+=%_-]{40,}",
    ),
    _token("aws-bedrock-key", "ABSK", r"(?<![A-Za-z0-9+/])ABSK[A-Za-z0-9+/]{60,}={0,2}"),
    _token("aws-bedrock-key", "bedrock-api-key-", r"bedrock-api-key-[A-Za-z0-9+/]{40,}={0,2}"),
    _token("github-token", "ghp_ gho_ ghu_ ghs_ ghr_", r"gh[pousr]_[A-Za-z0-9]{36,}"),
    _token("github-token", "github_pat_", r"github_pat_[A-Za-z0-9_]{22,}"),
    _token("gitlab-token", "glpat- gldt- glrt-", r"gl(?:pat|dt|rt)-[A-Za-z0-9_-]{20,}"),
    _token(
        "gitlab-token",
        "glrtr- glcbt- glptt- glft- glimt- gloas- glagent- glsoat- glffct-",
        r"gl(?:rtr|cbt|ptt|ft|imt|oas|agent|soat|ffct)-[A-Za-z0-9_-]{20,}",
        lambda text: any(c.isdigit() for c in text) and any(c.isupper() for c in text),
    ),
    _token(
        "slack-token", "xoxa- xoxb- xoxe xoxo- xoxp- xoxr- xoxs- xapp-", r"(?:xox[abeoprs]|xapp)[.-][A-Za-z0-9.-]{10,}"
    ),
    _token("slack-webhook", "hooks.slack.com/", r"hooks\.slack\.com/[A-Za-z]{1,16}/[A-Za-z0-9_/-]{20,}"),
    _token("webhook", "webhook.office.com/", r"webhook\.office\.com/webhookb2/([^\s\"'<>\\]{40,})"),
    _token(
        "webhook",
        "discord.com/api discordapp.com/api",
        r"discord(?:app)?\.com/api/(?:v\d+/)?webhooks/\d+/([A-Za-z0-9_-]{40,})",
    ),
    _token("webhook", "pagerduty.com/integration/", r"pagerduty\.com/integration/([A-Za-z0-9]{16,})"),
    _token("webhook", "hooks.zapier.com/", r"hooks\.zapier\.com/hooks/[a-z]{1,16}/([A-Za-z0-9/]{8,})"),
    _token("stripe-key", "_live_ _test_", r"[sr]k_(?:live|test)_[A-Za-z0-9]{10,}"),
    _token("stripe-key", "whsec_", r"whsec_[A-Za-z0-9+/=]{16,}"),
    _token("google-api-key", "AIza", r"AIza[A-Za-z0-9_-]{35,}"),
    _token("google-oauth", "ya29. GOCSPX-", r"(?:ya29\.|GOCSPX-)[A-Za-z0-9_-]{20,}"),
    _token("azure-key", "AccountKey= SharedAccessKey=", r"(?:Account|SharedAccess)Key=([A-Za-z0-9+/]{40,}={0,2})"),
    _token("azure-key", "Q~", r"(?<![A-Za-z0-9_~.-])[A-Za-z0-9_~.-]{3}\dQ~[A-Za-z0-9_~.-]{31,}"),
    _token("npm-token", "npm_", r"npm_[A-Za-z0-9]{36,}"),
    _token("pypi-token", "pypi-", r"pypi-[A-Za-z0-9_-]{50,}"),
    _token("rubygems-key", "rubygems_", r"rubygems_[a-f0-9]{48,}"),
    _token("docker-token", "dckr_", r"dckr_[op]at_[A-Za-z0-9_-]{20,}"),
    _token("sendgrid-key", "SG.", r"SG\.[A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{16,}"),
    # EC2 calls a key pair key-0123456789abcdef0; a key of Mailgun is longer.
    _token("mailgun-key", "key-", r"(?<![A-Za-z0-9-])key-[0-9a-f]{32}(?![A-Za-z0-9])"),
    _token("twilio-key", "SK", r"(?<![A-Za-z0-9])SK[0-9a-f]{32}(?![A-Za-z0-9])"),
    _token("anthropic-key", "sk-ant-", r"(?<![A-Za-z0-9])sk-ant-[A-Za-z0-9_-]{32,}"),
    _token("openai-key", "sk-", r"(?<![A-Za-z0-9])sk-[A-Za-z0-9_-]{32,}", is_random),
    _token("huggingface-token", "hf_", r"(?<![A-Za-z0-9_])hf_[A-Za-z0-9]{34,}"),
    _token("vault-token", "hvs. hvb.", r"hv[sb]\.[A-Za-z0-9_-]{24,}"),
    _token("terraform-token", ".atlasv1.", r"(?<![A-Za-z0-9])[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,}"),
    _token("digitalocean-token", "_v1_", r"do[opr]_v1_[a-f0-9]{64,}"),
    _token("shopify-token", "shpat_ shpss_ shpca_", r"shp(?:at|ss|ca)_[a-fA-F0-9]{32,}"),
    _token("databricks-token", "dapi", r"dapi[a-f0-9]{32,}"),
    _token("atlassian-token", "ATATT3 ATCTT3 ATSTT3", r"AT[ACS]TT3[A-Za-z0-9_=-]{60,}"),
    _token("postman-key", "PMAK-", r"PMAK-[0-9a-f]{24}-[0-9a-f]{34}"),
    _token("grafana-token", "glsa_", r"glsa_[A-Za-z0-9]{32}_[0-9A-Fa-f]{8}"),
    _token("grafana-token", "glc_eyJ", r"glc_eyJ[A-Za-z0-9+/]{32,}={0,2}"),
    _token("newrelic-key", "NRAK- NRJS- NRII- NRRA- NRAA-", r"NR(?:AK|JS|II|RA|AA)-[A-Za-z0-9_-]{19,}"),
    _token("newrelic-key", "NRAL", r"(?<![A-Za-z0-9])[A-Za-z0-9]{30,60}NRAL(?![A-Za-z0-9])"),
    _token("linear-key", "lin_api_ lin_oauth_", r"lin_(?:api|oauth)_[A-Za-z0-9]{32,}"),
    _token(
        "doppler-token",
        "dp.",
        r"(?<![A-Za-z0-9])dp\.(?:ct|pt|st|sa|scim|audit)\.(?:[a-z0-9_-]{2,35}\.)?[A-Za-z0-9]{40,}",
    ),
    _token("planetscale-token", "pscale_", r"pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.=-]{32,}"),
    _token("square-token", "sq0", r"sq0(?:atp|csp|idp)-[A-Za-z0-9_-]{22,}"),
    # What is rarer than these and still begins with letters of its own.
    _token(
        "api-token",
        "xkeysib- dt0 sqp_ squ_ sqa_ AKCp pul- bkua_ CCIPAT_ CFPAT- sbp_ HRKU- ntn_ figd_ EZAK EZTK",
        r"(?<![A-Za-z0-9_])(?:xkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16}|dt0[a-zA-Z]\d{2}\.[A-Z2-7]{24}\.[A-Z2-7]{64}|"
        r"(?:sq[apu]|pul-|bkua|sbp)_?[a-f0-9]{40}|AKCp[A-Za-z0-9]{60,}|CCIPAT_[A-Za-z0-9_]{40,}|CFPAT-[A-Za-z0-9_-]{43,}|"
        r"HRKU-[A-Za-z0-9_-]{36,}|ntn_[A-Za-z0-9]{40,}|figd_[A-Za-z0-9_-]{38,}|EZ[AT]K[A-Za-z0-9]{54,})",
    ),
    _token("telegram-token", ":AA", r"(?<!\d)\d{8,10}:AA[A-Za-z0-9_-]{33,}"),
    _token("age-key", "AGE-SECRET-KEY-1", r"AGE-SECRET-KEY-1[0-9A-Z]{50,}"),
    _token(
        "jwt", "eyJ", r"(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{10,}(?:\.[A-Za-z0-9_=-]{4,})*", lambda t: t.count(".") > 0
    ),
    _token("presigned-url", "X-Amz-S X-Amz-s x-amz-s", r"(?i:X-Amz-(?:Signature|Security-Token)=)([^\s&\"'\\]{16,})"),
    _token("totp-seed", "otpauth://", r"otpauth://[^\s\"'<>]+"),
    _token(
        "bearer-token",
        "earer BEARER asic BASIC oken SSWS",
        r"(?i:\b(?:bearer|basic|token|ssws)[ \t]{1,4})([A-Za-z0-9._~+/-]{16,}=*)",
        lambda text: any(c.isdigit() for c in text) or text.endswith("="),
    ),
    # Shorter or without a digit it is a login all the same where it can be read as one.
    _token("bearer-token", "asic BASIC", r"(?i:\bbasic[ \t]{1,4})([A-Za-z0-9+/]{6,}={0,2})", _is_login),
    # Secrets that a command or a statement is given without a word that names them.
    _token("database-url", "jdbc:oracle:", r"jdbc:oracle:[a-z]{2,8}:[^\s/@:\"']{1,64}/([^\s@\"']{1,128})(?=@)"),
    _token(
        "password-field",
        "assword ASSWORD dentified DENTIFIED",
        r"(?i:\b(?:password|identified\s{1,4}(?:with\s{1,4}\S{1,64}\s{1,4})?by)\s{1,4})\\*['\"]([^\s'\"\\]+)",
        _is_typed,
    ),
    _token(
        "password-field", "login ", r"\blogin\s{1,4}\S{1,128}\s{1,8}password\s{1,4}\\*[\"']?([^\s\"'\\]+)", _is_typed
    ),
    _token(
        "password-field",
        "curl",
        r"\bcurl\b[^\n]{0,100}?\s(?:-u|--user)[ =]{0,2}\\*[\"']?[^\s:\"']{1,64}:([^\s\"'\\]+)",
        _is_typed,
    ),
    _token("password-field", "sshpass", r"\bsshpass[ \t]{1,4}-p[ \t]{0,4}([^\s]+)", _is_typed),
    _token(
        "password-field",
        "login",
        r"\b(?:docker|podman|nerdctl|buildah|oc|az)[ \t]{1,4}login\b[^\n;|&]{0,100}?[ \t]-p[ =]{0,2}(\S+)",
        _is_typed,
    ),
    _token(
        "password-field",
        "mysql",
        r"\bmysql(?:dump|admin)?\b[^\n;|&]{0,100}?[ \t]-p\\*[\"']?([^\s;|&\"'\\]+)",
        _is_typed,
    ),
    _token("password-field", "redis-cli", r"\bredis-cli\b[^\n;|&]{0,100}?[ \t]-a[ \t]{1,4}(\S+)", _is_typed),
)
