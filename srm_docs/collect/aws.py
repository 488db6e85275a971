"""The only module that speaks to AWS: a question in, AWS's pages or refusal with all circumstances out."""

from __future__ import annotations

import datetime as dt
import gc
import os
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import botocore.config
import botocore.credentials
import botocore.exceptions as be
import botocore.loaders
import botocore.session
from botocore import xform_name
from botocore.parsers import ResponseParserError

import srm_docs
from srm_docs.checks.call import Call, find
from srm_docs.checks.place import GLOBAL, Place
from srm_docs.collect.access import Access
from srm_docs.collect.answer import NOT_OFFERED, Answer, Circumstances, Refusal, State
from srm_docs.collect.codes import state_of
from srm_docs.collect.enter import Opened
from srm_docs.collect.offered import not_offered
from srm_docs.collect.reply import NOT_AN_ANSWER, WEB_PAGE, Heard, Refused, look_at, measure, request_ids, signed_region
from srm_docs.collect.settings import check_the_way, region_mend, way_mend
from srm_docs.errors import CannotBegin

_JOB_WAIT_SECONDS = 2.0
_JOB_ATTEMPTS = 30
_MESSAGE_LIMIT = 4000
_CLIENTS = 32
"""Clients that are kept, the last used: EC2's cost 1.4 MiB each, and fifty accounts have two hundred places."""
_DROPPED = 24
"""Clients that are dropped before their memory is looked for: each look walks those of the other services too."""
_GLOBAL_REGION = {"aws": "us-east-1", "aws-us-gov": "us-gov-west-1", "aws-cn": "cn-north-1",
                  "aws-iso": "us-iso-east-1", "aws-iso-b": "us-isob-east-1", "aws-eusc": "eusc-de-east-1"}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Seconds and attempts a request may take, botocore's own retry mode, and how many requests run at once.

    `page_seconds` is the time after which no further attempt is made to read a page, `pages` the number after which an
    answer is taken to have no end.
    """

    connect_timeout: float = 10.0
    read_timeout: float = 60.0
    attempts: int = 5
    retry_mode: str = "standard"
    concurrency: int = 8
    page_seconds: float = 180.0
    pages: int = 10_000


@dataclass(slots=True)
class _Entered:
    session: botocore.session.Session
    caller_arn: str
    partition: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    pages: tuple[Mapping[str, Any], ...]
    refusal: Refusal | None
    absent: str
    started: dt.datetime
    ended: dt.datetime
    aws_date: dt.datetime | None
    request_ids: tuple[str, ...]
    attempts: int
    region: str = ""
    unreached: be.EndpointConnectionError | None = None

    def answer(self, call: Call, caller_arn: str, partition: str) -> Answer:
        return Answer(
            pages=self.pages,
            refusal=self.refusal,
            absent=self.absent,
            circumstances=Circumstances(
                caller_arn=caller_arn,
                partition=partition,
                service=call.service,
                operation=call.operation,
                started=self.started,
                ended=self.ended,
                aws_date=self.aws_date,
                request_ids=self.request_ids,
                attempts=self.attempts,
                region=self.region,
            ),
        )


class Aws:
    """Implements `ask.Ask` and `enter.Door`. One botocore loader serves all accounts: each costs a model's memory."""

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        clock: Callable[[], dt.datetime] | None = None,
        wait: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Nothing is asked yet. `wait` passes the time between two looks at a job."""
        self._limits = limits or Limits()
        self._clock = clock or (lambda: dt.datetime.now(dt.UTC))
        self._wait, self._monotonic = wait, monotonic
        self._lock = threading.Lock()
        self._loader = botocore.loaders.create_loader(os.environ.get("AWS_DATA_PATH"))
        self._accounts: dict[str, _Entered] = {}
        self._clients: OrderedDict[tuple[str, str, str], Any] = OrderedDict()
        self._missing: dict[tuple[str, str, str], _Read] = {}
        self._unkept: dict[Call, frozenset[str]] = {}
        self._dropped = 0
        self._heard = Heard()

    # -- entering -----------------------------------------------------------------------------------------------

    def enter(self, account: Access, caller: Call) -> Opened | Refusal:
        """The account (its id checked after every assume) with the answer to `caller`, or why it could not be entered.

        Raises CannotBegin where there are no usable credentials at all, or the first account cannot be asked.
        """
        session = self._session(account)
        where = _region(session, account.role_arn)
        check_the_way(session, where)
        if account.role_arn:
            assumed = self._assume(session, account)
            if isinstance(assumed, Refusal):
                return self._closed(assumed, session, account)
            session = assumed
        read = self._read(lambda: self._make(session, caller.service, where), caller, caller.params)
        if read.refusal is not None:
            return self._closed(read.refusal, session, account)
        page = read.pages[0]
        found, arn = str(page.get("Account", "")), str(page.get("Arn", ""))
        if not re.fullmatch(r"\d{12}", found) or not arn.startswith("arn:"):
            return Refusal(
                state=State.FAILED, code="NoIdentity", message="AWS did not say whose credentials these are."
            )
        if account.account and account.account != found:
            message = f"The credentials lead to account {found}, but the configuration names {account.account}."
            return Refusal(state=State.DENIED, code="WrongAccount", message=message)
        partition = arn.split(":")[1]
        self._accounts[found] = _Entered(session=session, caller_arn=arn, partition=partition)
        return Opened(account=found, arn=arn, partition=partition, answer=read.answer(caller, arn, partition))

    def home(self, account: Access) -> str:
        """The region that the profile or the environment names, else the one of the partition's global services."""
        return _region(self._session(account), account.role_arn)

    def _closed(self, refusal: Refusal, session: botocore.session.Session, account: Access) -> Refusal:
        if refusal.http_status or self._accounts:
            return refusal
        if refusal.state is State.DENIED:
            raise CannotBegin(
                f"The AWS credentials cannot be used: {refusal.message}",
                hint=_sign_in(account),
            )
        region = _region(session, account.role_arn)
        if refusal.code == "EndpointConnectionError" and (mend := region_mend(session, region)):
            raise CannotBegin(f"AWS could not be asked in the region {region!r}: {refusal.message}", hint=mend)
        raise CannotBegin(f"AWS could not be asked: {refusal.message}", hint=way_mend(refusal.code))

    def _session(self, access: Access) -> botocore.session.Session:
        try:
            session = self._new_session(access)
            found = session.get_credentials()
        except be.ProfileNotFound as error:
            raise CannotBegin(
                f"The AWS profile {error.kwargs.get('profile', access.profile)!r} does not exist.",
                hint="`aws configure list-profiles` shows all; mend `profile` in srm-docs.toml or AWS_PROFILE.",
            ) from error
        except be.ConfigParseError as error:
            raise CannotBegin(
                f"The AWS configuration file cannot be read: {error.kwargs.get('path', '')}",
                hint="Mend it, or name another in AWS_CONFIG_FILE or AWS_SHARED_CREDENTIALS_FILE.",
            ) from error
        except (be.BotoCoreError, OSError, ValueError) as error:
            raise CannotBegin(
                f"The AWS credentials cannot be used: {error}",
                hint=_sign_in(access),
            ) from error
        if found is None:
            raise CannotBegin(
                "No AWS credentials were found.",
                hint="Set AWS_PROFILE or name a profile in srm-docs.toml; "
                "`aws sts get-caller-identity` must work first. To see a packet without AWS: srm-docs build --demo",
            )
        return session

    def _new_session(self, access: Access) -> botocore.session.Session:
        session = botocore.session.Session(profile=access.profile or None)
        session.register_component("data_loader", self._loader)
        return session

    def _assume(self, session: botocore.session.Session, access: Access) -> botocore.session.Session | Refusal:
        """The session of a role, whose credentials renew themselves: reading a large estate outlasts their hour."""
        wanted = {"RoleArn": access.role_arn, "RoleSessionName": access.session_name}
        if access.external_id:
            wanted["ExternalId"] = access.external_id

        def fetch() -> dict[str, str]:
            given = self._make(session, "sts", _region(session, access.role_arn)).assume_role(**wanted)["Credentials"]
            return {
                "access_key": given["AccessKeyId"],
                "secret_key": given["SecretAccessKey"],
                "token": given["SessionToken"],
                "expiry_time": given["Expiration"].isoformat(),
            }

        def renew() -> dict[str, str]:
            try:
                return fetch()
            except (be.ClientError, be.BotoCoreError) as error:
                raise be.CredentialRetrievalError(provider="assume-role", error_msg=str(error)) from error

        self._heard.clear()
        try:
            first = fetch()
        except be.ClientError as error:
            return _refusal(error, ())
        except Exception as error:  # noqa: BLE001 - as in _read
            return _failed(error, self._heard.status)
        assumed = self._new_session(access)
        credentials = botocore.credentials.RefreshableCredentials.create_from_metadata(
            first, refresh_using=renew, method="assume-role"
        )
        assumed.register_component("credential_provider", _Given(credentials))
        return assumed

    # -- asking -------------------------------------------------------------------------------------------------

    def ask(self, call: Call, place: Place, params: Mapping[str, Any]) -> Answer:
        """Every page of the answer, or the pages up to a refusal. Raises where a call's own parameters are wrong."""
        return self._ask(call, place, params)

    def taste(self, call: Call, place: Place) -> Answer:
        """The first page of an answer only, and no waiting for a job: whether one may ask at all."""
        return self._ask(call, place, call.params, first=True)

    def _ask(self, call: Call, place: Place, params: Mapping[str, Any], *, first: bool = False) -> Answer:
        entered, region = self._accounts[place.account], self._region_of(place)
        missing = (place.account, call.service, region)
        read = self._missing.get(missing)  # found once, and not tried again with every question
        if read is None:
            read = self._read(lambda: self._client(call.service, place), call, params, first=first)
            lost = read.unreached
            if lost and not read.pages and not_offered(lost, entered.session, entered.partition, call.service, region):
                read = self._missing[missing] = replace(read, refusal=None, absent=NOT_OFFERED)
        return read.answer(call, entered.caller_arn, entered.partition)

    def _region_of(self, place: Place) -> str:
        partition = self._accounts[place.account].partition
        return _GLOBAL_REGION.get(partition, "us-east-1") if place.region == GLOBAL else place.region

    def _read(
        self, client_of: Callable[[], Any], call: Call, params: Mapping[str, Any], *, first: bool = False
    ) -> _Read:
        pages: list[Mapping[str, Any]] = []
        ids: list[str] = []
        refusal: Refusal | None = None
        absent, unreached = "", None
        self._heard.clear()
        started = self._clock()
        try:
            client = client_of()
            ready = self._run_job(client, call, ids, patient=not first)
            unkept = self._unkept.get(call) or self._unkept.setdefault(call, _unkept(client, call))
            for page in self._pages(client, call, params) if ready else ():
                ids += request_ids(page)
                pages.append({k: v for k, v in page.items() if k not in unkept})
                if first:
                    break
        except be.ClientError as error:
            ids += request_ids(error.response)
            said = error.response.get("Error", {})
            code = str(said.get("Code", ""))
            if call.says_off(code, str(said.get("Message", ""))) and not pages:
                absent = code
            else:
                refusal = _refusal(error, call.disabled, page=len(pages))
        except Refused as stop:
            refusal = Refusal(
                state=stop.state, code=stop.code, message=str(stop), http_status=self._heard.status, page=len(pages)
            )
        except be.ParamValidationError as error:
            if call.per is None and not pages:
                raise  # the parameters are ours, neither a parent's nor a page's
            refusal = _failed(error, 0, page=len(pages))
        except (be.UnknownServiceError, be.UnknownClientMethodError):
            message = f"botocore {botocore.__version__} does not know {call.service}:{call.operation}."
            refusal = Refusal(state=State.UNSUPPORTED, code="UnknownOperation", message=message)
        except Exception as error:  # noqa: BLE001 - whatever botocore trips over in a reply is an answer, not our end
            refusal = _failed(error, self._heard.status, page=len(pages))
            unreached = error if isinstance(error, be.EndpointConnectionError) else None
        return _Read(
            pages=tuple(pages),
            refusal=refusal,
            absent=absent,
            started=started,
            ended=self._clock(),
            aws_date=self._heard.aws_date,
            request_ids=tuple(ids),
            attempts=self._heard.attempts or 1,
            region=self._heard.region,
            unreached=unreached,
        )

    def release(self, service: str) -> None:
        """Drop the service's clients and its model: 67 clients in 4 accounts would cost 288 MiB otherwise."""
        with self._lock:
            for key in [k for k in self._clients if k[0] == service]:
                self._clients.pop(key).close()
                self._dropped += 1
            # keys are ("load_service_model", "ec2", …) and ("load_data_with_path", "ec2/2016-11-15/service-2")
            cache = getattr(self._loader, "_cache", {})
            for key in [k for k in cache if len(k) > 1 and str(k[1]).partition("/")[0] == service]:
                cache.pop(key, None)
        self._sweep()

    def _sweep(self) -> None:
        with self._lock:
            enough = self._dropped >= _DROPPED
            self._dropped = 0 if enough else self._dropped
        if enough:
            gc.collect()  # clients are knots of references, and their models hang on them

    def _pages(self, client: Any, call: Call, params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        name = xform_name(call.operation)
        if name not in client.meta.method_to_api_mapping:
            raise be.UnknownClientMethodError(method_name=name)
        paged = client.can_paginate(name)
        pages = client.get_paginator(name).paginate(**params) if paged else _by_token(client, name, call, params)
        for number, page in enumerate(pages):
            if number == self._limits.pages:
                raise Refused(State.FAILED, "TooManyPages", f"After {number:,} pages AWS still named a next one.")
            yield page

    def _run_job(self, client: Any, call: Call, ids: list[str], *, patient: bool) -> bool:
        """Whether the job's result can be read: it is waited for, or (not `patient`) only started."""
        job = call.job
        if job is None:
            return True
        for attempt in range(_JOB_ATTEMPTS):
            if attempt:
                self._wait(_JOB_WAIT_SECONDS)
            said = getattr(client, xform_name(job.operation))()
            ids += request_ids(said)
            if find(job.field, said) == job.ready:
                return True
            if not patient:
                return False
        waited = (_JOB_ATTEMPTS - 1) * _JOB_WAIT_SECONDS
        message = f"{call.service}:{job.operation} was not {job.ready} after {waited:.0f} seconds."
        raise Refused(State.TIMED_OUT, "JobNotReady", message)

    def _client(self, service: str, place: Place) -> Any:
        entered, region = self._accounts[place.account], self._region_of(place)
        key = (service, place.account, region)
        with self._lock:
            client = self._clients.get(key)
            if client is None:
                client = self._clients[key] = self._make(entered.session, service, region)
            self._clients.move_to_end(key)
            while len(self._clients) > max(_CLIENTS, 2 * self._limits.concurrency):
                self._clients.popitem(last=False)  # not closed: another thread may be asking with it
                self._dropped += 1
        self._sweep()
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
        client.meta.events.register("before-call", self._begin)
        client.meta.events.register("before-send", self._count)
        client.meta.events.register("before-parse", self._listen)
        host = urlsplit(client.meta.endpoint_url).hostname or ""
        if service == "s3control" and (host in ("localhost", "::1") or host.startswith("127.")):
            # a loopback endpoint has no host name per account
            client.meta.events.register("before-sign.s3-control", _without_account_host)
        return client

    def _begin(self, **_: Any) -> None:
        self._heard.since = self._monotonic()

    def _count(self, request: Any, **_: Any) -> None:
        if self._heard.attempts and self._monotonic() - self._heard.since > self._limits.page_seconds:
            tried = f"After {self._limits.page_seconds:,.0f} seconds of attempts nothing was tried again."
            raise Refused(State.TIMED_OUT, "NoAnswerInTime", tried)
        self._heard.attempts += 1
        self._heard.region = signed_region(request.headers)

    def _listen(self, response_dict: Mapping[str, Any], operation_model: Any, **_: Any) -> None:
        self._heard.status = int(response_dict["status_code"])
        self._heard.headers = {str(k).lower(): str(v) for k, v in response_dict["headers"].items()}
        body = response_dict["body"]
        if isinstance(body, bytes):
            measure(body, self._heard.headers)
            look_at(body, self._heard.status, operation_model)


class _Given:
    """A chain of one: stands where a session looks for its credentials."""

    def __init__(self, credentials: Any) -> None:
        self._credentials = credentials

    def load_credentials(self) -> Any:
        return self._credentials


def _region(session: botocore.session.Session, role_arn: str = "") -> str:
    """Where to ask who we are: as configured, else in the partition that the role's ARN names."""
    # botocore reads AWS_DEFAULT_REGION only; other tools of AWS read AWS_REGION too
    said = session.get_config_variable("region") or os.environ.get("AWS_REGION")
    partition = role_arn.split(":")[1] if role_arn else "aws"
    return str(said or _GLOBAL_REGION.get(partition, "us-east-1"))


def _sign_in(access: Access) -> str:
    profile = access.profile or os.environ.get("AWS_PROFILE", "")
    return f"Sign in again (for SSO: `aws sso login{f' --profile {profile}' if profile else ''}`) and repeat."


def _unkept(client: Any, call: Call) -> frozenset[str]:
    """The top-level fields that are no evidence: botocore's own, and what says only where the next page begins."""
    name = xform_name(call.operation)
    said = {"ResponseMetadata"}
    if name not in client.meta.method_to_api_mapping or not client.can_paginate(name):
        return frozenset(said | ({call.token[1]} if call.token else set()))
    paginator = client.get_paginator(name)
    for token in paginator._output_token:  # noqa: SLF001 - no public way
        said |= {part.strip() for part in token.expression.split("||") if part.strip().isidentifier()}
    return frozenset(said | set(paginator._input_token))  # noqa: SLF001 - Route 53 repeats what it was sent


def _by_token(client: Any, name: str, call: Call, params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The pages of an operation that botocore has no paginator for."""
    send, token = getattr(client, name), call.token
    page = send(**params)
    yield page
    seen: list[Any] = []
    while token is not None and (following := find(token[1], page)):
        if following in seen:
            raise be.PaginationError(message=f"The same next token was received twice: {following}")
        seen.append(following)
        page = send(**{**params, token[0]: following})
        yield page


def _refusal(error: be.ClientError, disabled: tuple[str, ...], page: int = 0) -> Refusal:
    meta = error.response.get("ResponseMetadata", {})
    said = error.response.get("Error", {})
    code, message = str(said.get("Code", "")), str(said.get("Message", ""))
    status = int(meta.get("HTTPStatusCode", 0))
    if "<html" in message.lower():
        code, message = "", WEB_PAGE
    return Refusal(
        state=state_of(code, status, disabled),
        code=code or str(status),
        message=_cut(message, _MESSAGE_LIMIT),
        http_status=status,
        page=page,
    )


def _cut(message: str, limit: int) -> str:
    # At a space, because no pattern knows half a secret.
    return message if len(message) <= limit else message[:limit].rpartition(" ")[0]


def _failed(error: Exception, status: int, page: int = 0) -> Refusal:
    """What botocore raised, never with the body that it could not parse: nobody has redacted that."""
    code, message, state = type(error).__name__, str(error), State.FAILED
    if isinstance(error, (be.ConnectTimeoutError, be.ReadTimeoutError, TimeoutError)):
        state, status = State.TIMED_OUT, 0
    elif isinstance(error, (be.NoCredentialsError, be.PartialCredentialsError, be.CredentialRetrievalError,
                            be.MetadataRetrievalError, be.TokenRetrievalError, be.NoAuthTokenError, be.SSOError,
                            be.LoginError)):  # fmt: skip
        state, status = State.DENIED, 0
    elif isinstance(error, ResponseParserError) or not isinstance(error, (be.BotoCoreError, OSError)):
        state = state_of("", status) if status >= NOT_AN_ANSWER else State.FAILED
        message = f"The reply could not be parsed ({code})."
        code = "GarbledReply"
    elif isinstance(error, be.HTTPClientError) or not status:
        status = 0
    return Refusal(state=state, code=code, message=_cut(message, 500), http_status=status, page=page)


def _without_account_host(request: Any, **_: Any) -> None:
    request.url = re.sub(r"^(https?://)\d{12}\.", r"\1", request.url)
