"""Whom a policy lets do what: statements in, an answer to one question out."""

from __future__ import annotations

from collections.abc import Iterable

from srm_docs.checks.policy_document import POSITIVE, Statement, account_of, covers, literal, names_account


def open_to_everyone(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """The Allow statements that let in anyone at all, and that neither a condition nor a Deny narrows."""
    listed = tuple(statements)
    return tuple(
        s for s in listed if s.allows and s.everyone and not s.narrowed and not any(_takes_back(d, s) for d in listed)
    )


def named_accounts(statements: Iterable[Statement]) -> frozenset[str]:
    """Ids of the accounts that Allow statements let in: named as principals or, for everyone, by a condition."""
    found: set[str] = set()
    for s in statements:
        if s.allows:
            found |= {account_of(value) for kind, value in s.principals if kind == "AWS"}
            found |= {account_of(v) for c in s.conditions if s.everyone and c.narrows for v in c.values}
    return frozenset(a for a in found if a)


def principals_that_may(statements: Iterable[Statement], action: str) -> frozenset[str]:
    """AWS principals (ARNs, ids) that an Allow statement lets do `action`, conditions aside."""
    return frozenset(
        value
        for s in statements
        if s.allows and s.takes_action(action)
        for kind, value in s.principals
        if kind == "AWS"
    )


def is_whole_account(principal: str) -> bool:
    """Whether a principal stands for an account as such, whose own IAM policies then decide."""
    return names_account(principal) or principal.endswith(":root")


def grants_everything(statements: Iterable[Statement]) -> bool:
    """Whether an identity policy makes an administrator: all actions on all resources, whatever the condition.

    NotAction does so too, unless it leaves out all of IAM (who may write policies may take every other right).
    """
    listed = tuple(statements)
    taken_back = any(
        not s.allows and not s.conditions and s.takes_action("iam:*") and s.takes_resource("*") for s in listed
    )
    return not taken_back and any(s.allows and _all_actions(s) and _all_resources(s) for s in listed)


def passes_any_role(statements: Iterable[Statement], account: str) -> bool:
    """Whether an identity policy may hand any role of the account to any service."""
    roles = tuple(f"arn:{partition}:iam::{account}:role/*" for partition in ("aws", "aws-us-gov", "aws-cn"))
    listed = tuple(statements)
    taken_back = any(
        not s.allows and not s.conditions and s.takes_action("iam:passrole") and s.takes_resource("*") for s in listed
    )
    return not taken_back and any(
        s.allows
        and s.takes_action("iam:passrole")
        and any(s.takes_resource(role) for role in roles)
        and not any(c.key in {"iam:passedtoservice", "iam:associatedresourcearn"} for c in s.conditions)
        for s in listed
    )


def refuses_plain_http(statements: Iterable[Statement], bucket: str) -> bool:
    """Whether a bucket policy denies everyone every action on bucket and objects over unencrypted transport."""
    denies = tuple(
        s for s in statements if not s.allows and s.everyone and _only_without_tls(s) and s.takes_action("s3:*")
    )
    targets = (bucket, f"{bucket}/*")
    return any(
        all(any(d.takes_resource(f"arn:{partition}:s3:::{target}") for d in denies) for target in targets)
        for partition in ("aws", "aws-us-gov", "aws-cn")
    )


def web_identities(statements: Iterable[Statement]) -> frozenset[str]:
    """Web identity providers (OIDC, by issuer) that an Allow statement names."""
    return frozenset(_issuer(v) for s in statements if s.allows for kind, v in s.principals if _is_oidc(kind, v))


def subject_unnamed(statements: Iterable[Statement]) -> tuple[str, ...]:
    """Web identity providers whose every user (any repository, any service account) an Allow statement lets in."""
    return tuple(
        sorted(
            {
                _issuer(value)
                for s in statements
                if s.allows
                for kind, value in s.principals
                if _is_oidc(kind, value) and not _names_a_subject(s, value)
            }
        )
    )


def _takes_back(deny: Statement, allow: Statement) -> bool:
    """Whether a Deny surely leaves nothing of an Allow for callers whom the author has not named."""
    if deny.allows or not deny.everyone:
        return False
    if not all(c.spares_only_services or c.spares_only_the_named for c in deny.conditions):
        return False
    actions = allow.actions or ("*",)
    return all(deny.takes_action(a) for a in actions) and all(deny.takes_resource(r) for r in allow.resources)


def _all_actions(s: Statement) -> bool:
    if s.not_actions:
        return not any(covers(pattern, "iam:*") for pattern in s.not_actions)
    return s.takes_action("*")


def _all_resources(s: Statement) -> bool:
    return bool(s.not_resources) or s.takes_resource("*")


def _only_without_tls(s: Statement) -> bool:
    return bool(s.conditions) and all(
        c.operator == "bool" and c.key == "aws:securetransport" and c.values == ("false",) for c in s.conditions
    )


_EVERY_SUBJECT = frozenset({"", "repo:", "project_path:", "organization:", "system:", "system:serviceaccount:"})


def _is_oidc(kind: str, principal: str) -> bool:
    return kind == "Federated" and "oidc-provider/" in principal


def _issuer(provider: str) -> str:
    return provider.partition("oidc-provider/")[2].lower()


def _names_a_subject(s: Statement, provider: str) -> bool:
    issuer = _issuer(provider)
    return any(
        c.key.startswith(f"{issuer}:")
        and not c.key.endswith(":aud")
        and c.operator in POSITIVE
        and not (c.lenient or c.quantifier == "forallvalues")
        and c.values
        and all(literal(v) not in _EVERY_SUBJECT for v in c.values)
        for c in s.conditions
    )
