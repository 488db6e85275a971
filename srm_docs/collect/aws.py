"""The only module that speaks to AWS: a question in, AWS's pages or refusal with all circumstances out."""

from __future__ import annotations

import datetime as dt
import email.utils
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import botocore.config
import botocore.exceptions as be
import botocore.session
from botocore import xform_name
from botocore.parsers import ResponseParserError

import srm_docs
from srm_docs.checks.call import Call, find
from srm_docs.checks.place import GLOBAL, Place
from srm_docs.collect.access import Access
from srm_docs.collect.answer import Answer, Circumstances, Refusal, State
from srm_docs.errors import CannotBegin

_DENIED = re.compile(r"AccessDenied|Unauthori[sz]ed|NotAuthorized|AuthFailure|AuthorizationError|Forbidden|ExpiredToken|"
                     r"RequestExpired|InvalidClientTokenId|SignatureDoesNotMatch|UnrecognizedClient|NotSignedUp")  # fmt: skip
_THROTTLED = re.compile(r"Throttl|TooManyRequests|RequestLimitExceeded|SlowDown|BandwidthLimit|PriorRequestNotComplete|"
                        r"LimitExceededException$|ProvisionedThroughputExceeded")  # fmt: skip
_DISABLED = re.compile(r"SubscriptionRequired|OptInRequired|NotSubscribed|RegionDisabled|InvalidAccessException")
_JOB_WAIT_SECONDS = 2.0
_JOB_ATTEMPTS = 30
_PAGE_LIMIT = 100_000
_GLOBAL_REGION = {"aws": "us-east-1", "aws-us-gov": "us-gov-west-1", "aws-cn": "cn-north-1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Seconds and attempts a request may take, botocore's own retry mode, and how many requests run at once."""

    connect_timeout: float = 10.0
    read_timeout: float = 60.0
    attempts: int = 5
    retry_mode: str = "standard"
    concurrency: int = 8


@dataclass(slots=True)
class _Entered:
    session: botocore.session.Session
    caller_arn: str
    partition: str
    clients: dict[tuple[str, str], Any] = field(default_factory=dict)


class Aws:
    """Implements `ask.Ask`. One botocore loader serves all accounts, because each costs a model's memory again."""

    def __init__(self, limits: Limits | None = None, *, clock: Callable[[], dt.datetime] | None = None) -> None:
        """Nothing is asked yet."""
        self._limits = limits or Limits()
        self._clock = clock or (lambda: dt.datetime.now(dt.UTC))
        self._lock = threading.Lock()
        self._loader = botocore.session.Session().get_component("data_loader")
        self._accounts: dict[str, _Entered] = {}

    # -- entering -----------------------------------------------------------------------------------------------

    def enter(self, account: Access) -> tuple[str, str, str] | Refusal:
        """The account's id (checked after every assume), caller ARN and partition, or why it could not be entered.

        Raises CannotBegin where there are no credentials at all or AWS cannot be reached.
        """
        try:
            session = self._session(account)
            found, arn = self._who(session)
            if account.role_arn:
                session = self._assume(session, account)
                found, arn = self._who(session)
        except _NotEntered as error:
            return error.refusal
        if account.account and account.account != found:
            message = f"The credentials lead to account {found}, but the configuration names {account.account}."
            return Refusal(state=State.DENIED, code="WrongAccount", message=message)
        partition = arn.split(":")[1]
        self._accounts[found] = _Entered(session=session, caller_arn=arn, partition=partition)
        return found, arn, partition

    def home(self, account: Access) -> str:
        """The region that the account's profile or the environment names, else us-east-1."""
        return str(self._session(account).get_config_variable("region") or "us-east-1")

    def _session(self, access: Access) -> botocore.session.Session:
        try:
            session = botocore.session.Session(profile=access.profile or None)
            session.register_component("data_loader", self._loader)
            if session.get_credentials() is None:
                raise CannotBegin(
                    "No AWS credentials were found.",
                    hint="Set AWS_PROFILE or name a profile in srm-docs.toml; `aws sts get-caller-identity` must work first. "
                    "To see a packet without AWS: srm-docs build --demo",
                )
        except be.ProfileNotFound as error:
            raise CannotBegin(
                f"The AWS profile {access.profile!r} does not exist.",
                hint="`aws configure list-profiles` shows those that do; mend `profile` in srm-docs.toml or AWS_PROFILE.",
            ) from error
        except be.BotoCoreError as error:
            raise CannotBegin(
                f"The AWS credentials cannot be used: {error}",
                hint="Sign in again (for SSO: `aws sso login`) and repeat.",
            ) from error
        return session

    def _who(self, session: botocore.session.Session) -> tuple[str, str]:
        client = self._make(session, "sts", session.get_config_variable("region") or "us-east-1")
        try:
            said = client.get_caller_identity()
        except be.ClientError as error:
            raise _NotEntered(_refusal(error, ())) from error
        except be.BotoCoreError as error:
            raise CannotBegin(
                f"AWS could not be reached: {error}",
                hint="Check the network, the region and AWS_ENDPOINT_URL, then repeat.",
            ) from error
        except ValueError as error:
            raise CannotBegin(f"AWS cannot be asked: {error}", hint="Check AWS_REGION and AWS_ENDPOINT_URL.") from error
        return said["Account"], said["Arn"]

    def _assume(self, session: botocore.session.Session, access: Access) -> botocore.session.Session:
        client = self._make(session, "sts", session.get_config_variable("region") or "us-east-1")
        wanted = {"RoleArn": access.role_arn, "RoleSessionName": access.session_name}
        if access.external_id:
            wanted["ExternalId"] = access.external_id
        try:
            given = client.assume_role(**wanted)["Credentials"]
        except be.ClientError as error:
            raise _NotEntered(_refusal(error, ())) from error
        except be.BotoCoreError as error:
            raise _NotEntered(_failed(error)) from error
        assumed = botocore.session.Session()
        assumed.register_component("data_loader", self._loader)
        assumed.set_credentials(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
        return assumed

    # -- asking -------------------------------------------------------------------------------------------------

    def ask(self, call: Call, place: Place, params: Mapping[str, Any]) -> Answer:
        """Every page of the answer, or the pages up to a refusal. Only our own mistakes raise."""
        entered = self._accounts[place.account]
        pages: list[Mapping[str, Any]] = []
        seen: list[Mapping[str, Any]] = []
        refusal: Refusal | None = None
        absent = ""
        started = self._clock()
        try:
            client = self._client(call.service, place)
            if call.job is not None:
                self._run_job(client, call, seen)
            for page in self._pages(client, call, params):
                seen.append(page.get("ResponseMetadata", {}))
                pages.append({k: v for k, v in page.items() if k != "ResponseMetadata"})
        except be.ClientError as error:
            seen.append(error.response.get("ResponseMetadata", {}))
            said = error.response.get("Error", {})
            code = str(said.get("Code", ""))
            if call.says_off(code, str(said.get("Message", ""))) and not pages:
                absent = code
            else:
                refusal = _refusal(error, call.disabled, page=len(pages))
        except (be.ParamValidationError, be.UnknownServiceError, be.OperationNotPageableError):
            raise
        except (be.BotoCoreError, ResponseParserError, OSError, ValueError) as error:
            refusal = _failed(error, page=len(pages))
        return Answer(
            pages=tuple(pages),
            refusal=refusal,
            absent=absent,
            circumstances=Circumstances(
                caller_arn=entered.caller_arn,
                partition=entered.partition,
                service=call.service,
                operation=call.operation,
                started=started,
                ended=self._clock(),
                aws_date=_aws_date(seen),
                request_ids=tuple(r for s in seen if (r := s.get("RequestId") or s.get("HostId"))),
                attempts=sum(1 + int(s.get("RetryAttempts", 0)) for s in seen) or 1,
            ),
        )

    def release(self, service: str) -> None:
        """Drop the service's clients and its model: 67 clients in 4 accounts would cost 288 MiB otherwise."""
        with self._lock:
            for entered in self._accounts.values():
                for key in [k for k in entered.clients if k[0] == service]:
                    entered.clients.pop(key).close()
            cache = getattr(self._loader, "_cache", {})
            for key in [k for k in cache if service in k]:
                cache.pop(key, None)

    def _pages(self, client: Any, call: Call, params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        name = xform_name(call.operation)
        if client.can_paginate(name):
            yield from client.get_paginator(name).paginate(**params)
            return
        send, token = getattr(client, name), call.token
        page = send(**params)
        yield page
        for _ in range(_PAGE_LIMIT):
            following = find(token[1], page) if token else None
            if token is None or not following:
                return
            page = send(**{**params, token[0]: following})
            yield page

    def _run_job(self, client: Any, call: Call, seen: list[Mapping[str, Any]]) -> None:
        job = call.job
        if job is None:
            return
        for _ in range(_JOB_ATTEMPTS):
            said = getattr(client, xform_name(job.operation))()
            seen.append(said.get("ResponseMetadata", {}))
            if find(job.field, said) == job.ready:
                return
            time.sleep(_JOB_WAIT_SECONDS)
        raise be.ReadTimeoutError(endpoint_url=f"{call.service}:{job.operation}", error="the job was not ready in time")

    def _client(self, service: str, place: Place) -> Any:
        entered = self._accounts[place.account]
        region = _GLOBAL_REGION.get(entered.partition, "us-east-1") if place.region == GLOBAL else place.region
        with self._lock:
            client = entered.clients.get((service, region))
            if client is None:
                client = entered.clients[service, region] = self._make(entered.session, service, region)
            return client

    def _make(self, session: botocore.session.Session, service: str, region: str) -> Any:
        config = botocore.config.Config(
            connect_timeout=self._limits.connect_timeout,
            read_timeout=self._limits.read_timeout,
            retries={"mode": self._limits.retry_mode, "total_max_attempts": self._limits.attempts},
            max_pool_connections=max(10, self._limits.concurrency),
            user_agent_extra=f"srm-docs/{srm_docs.__version__}",
        )
        client = session.create_client(service, region_name=region, config=config)
        host = urlsplit(client.meta.endpoint_url).hostname or ""
        if service == "s3control" and (host in ("localhost", "::1") or host.startswith("127.")):
            # a loopback endpoint has no host name per account
            client.meta.events.register("before-sign.s3-control", _without_account_host)
        return client


class _NotEntered(Exception):  # noqa: N818 - it carries a refusal, which is data
    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


def _refusal(error: be.ClientError, disabled: tuple[str, ...], page: int = 0) -> Refusal:
    meta = error.response.get("ResponseMetadata", {})
    said = error.response.get("Error", {})
    code, message = str(said.get("Code", "")), str(said.get("Message", ""))
    status = int(meta.get("HTTPStatusCode", 0))
    html = "html" in str(meta.get("HTTPHeaders", {}).get("content-type", ""))
    if html or status == 501:
        state = State.UNSUPPORTED
        message = message or "The endpoint answered with a web page instead of AWS's protocol."
    elif code in disabled or _DISABLED.search(code):
        state = State.DISABLED
    elif _THROTTLED.search(code) or status == 429:
        state = State.THROTTLED
    elif _DENIED.search(code) or status in (401, 403):
        state = State.DENIED
    elif "Timeout" in code or status in (408, 504):
        state = State.TIMED_OUT
    else:
        state = State.FAILED
    return Refusal(state=state, code=code or str(status), message=message, http_status=status, page=page)


def _failed(error: Exception, page: int = 0) -> Refusal:
    name = type(error).__name__
    if isinstance(error, (be.ConnectTimeoutError, be.ReadTimeoutError, TimeoutError)):
        return Refusal(state=State.TIMED_OUT, code=name, message=str(error), page=page)
    if isinstance(error, (be.NoCredentialsError, be.CredentialRetrievalError, be.TokenRetrievalError, be.SSOError)):
        return Refusal(state=State.DENIED, code=name, message=str(error), page=page)
    if isinstance(error, ResponseParserError) and re.search(r"<!doctype html|<html", str(error), re.IGNORECASE):
        return Refusal(state=State.UNSUPPORTED, code=name, page=page,
                       message="The endpoint answered with a web page instead of AWS's protocol.")  # fmt: skip
    return Refusal(state=State.FAILED, code=name, message=str(error)[:500], page=page)


def _aws_date(seen: list[Mapping[str, Any]]) -> dt.datetime | None:
    for meta in reversed(seen):
        stamp = meta.get("HTTPHeaders", {}).get("date")
        if stamp:
            try:
                return email.utils.parsedate_to_datetime(stamp).astimezone(dt.UTC)
            except ValueError:
                return None
    return None


def _without_account_host(request: Any, **_: Any) -> None:
    request.url = re.sub(r"^(https?://)\d{12}\.", r"\1", request.url)
