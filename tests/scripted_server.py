"""A server on loopback that answers like AWS, or like what stands between, exactly as a test says, and keeps count."""

from __future__ import annotations

import contextlib
import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

ACCOUNT = "111122223333"
ARN = f"arn:aws:iam::{ACCOUNT}:user/auditor"


@dataclass(frozen=True)
class Heard:
    """A request: `asked` is `service.Operation` for protocols that name it, else `service METHOD /path?query`."""

    asked: str
    body: bytes
    headers: dict[str, str]
    path: str

    @property
    def form(self) -> dict[str, str]:
        return {k: v[0] for k, v in parse_qs(self.body.decode()).items()}


@dataclass(frozen=True)
class Say:
    """A reply. `date`: None leaves it out. `short`: so many bytes of the body fewer than promised."""

    body: bytes | str = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    date: str | None = ""
    delay: float = 0.0
    slow_headers: float = 0.0
    short: int = 0
    reset: bool = False


Script = Callable[[Heard, int], Say]
"""A request and how many of its kind came before it -> a reply."""


@dataclass
class Scripted:
    port: int
    script: Script
    heard: list[Heard] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def count(self, asked: str) -> int:
        return sum(h.asked.startswith(asked) for h in self.heard)


def caller(account: str = ACCOUNT, arn: str = ARN) -> Say:
    return Say(
        f"<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>{arn}</Arn><UserId>AIDA</UserId>"
        f"<Account>{account}</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>sts-1</RequestId>"
        "</ResponseMetadata></GetCallerIdentityResponse>"
    )


@contextlib.contextmanager
def serve(script: Script) -> Iterator[Scripted]:  # noqa: C901 - the handler stands in it
    """Serve on loopback; `sts.GetCallerIdentity` is answered unless the script says something else than None."""
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer()

        do_POST = do_PUT = do_HEAD = do_DELETE = do_GET  # noqa: N815 - http.server names them

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            heard = Heard(_asked(self, body), body, {k.lower(): v for k, v in self.headers.items()}, self.path)
            with lock:
                before = sum(h.asked == heard.asked for h in served.heard)
                served.heard.append(heard)
            said: Any = served.script(heard, before)
            if said is None and heard.asked == "sts.GetCallerIdentity":
                said = caller()
            if said is None:
                said = Say(f"nothing scripted for {heard.asked}", status=418)
            with contextlib.suppress(OSError):
                self._say(said)

        def _say(self, said: Say) -> None:
            time.sleep(said.delay)
            if said.reset:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
                self.close_connection = True
                return
            body = said.body.encode() if isinstance(said.body, str) else said.body
            lines = [f"HTTP/1.1 {said.status} {'OK' if said.status == 200 else 'No'}"]
            if said.date is not None:
                lines.append(f"Date: {said.date or formatdate(usegmt=True)}")
            lines += [f"{k}: {v}" for k, v in said.headers.items()]
            lines += [f"Content-Length: {len(body)}", "Connection: close", "", ""]
            head = "\r\n".join(lines).encode()
            if said.slow_headers:
                for byte in head:  # a byte at a time never trips a timeout between two reads
                    self.wfile.write(bytes([byte]))
                    time.sleep(said.slow_headers / len(head))
            else:
                self.wfile.write(head)
            self.wfile.write(body[: len(body) - said.short])
            self.wfile.flush()
            self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 64

        def handle_error(self, request: Any, client_address: Any) -> None:
            pass

    server = Server(("127.0.0.1", 0), Handler)
    served = Scripted(port=server.server_address[1], script=script)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _asked(request: BaseHTTPRequestHandler, body: bytes) -> str:
    scope = re.search(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/", request.headers.get("Authorization", ""))
    service = scope.group(1) if scope else "unsigned"
    if target := request.headers.get("X-Amz-Target"):
        return f"{service}.{target.rpartition('.')[2]}"
    if rpc := re.search(r"/service/[^/]+/operation/(\w+)", request.path):
        return f"{service}.{rpc.group(1)}"
    form = "x-www-form-urlencoded" in request.headers.get("Content-Type", "")
    if form and (action := re.search(rb"Action=(\w+)", body)):
        return f"{service}.{action.group(1).decode()}"
    path = urlsplit(request.path)
    return f"{service} {request.command} {path.path}" + (f"?{path.query}" if path.query else "")
