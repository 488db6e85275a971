"""A WSGI application -> a threaded HTTP/1.1 server on loopback that keeps connections open, which werkzeug's cannot."""

from __future__ import annotations

import io
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast
from urllib.parse import unquote

from srm_docs.demo.extension import Application


def listen(application: Application) -> ThreadingHTTPServer:
    """A server bound to a free port of 127.0.0.1, not yet serving. `application` must set Content-Length."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        server_version, sys_version = "Demo", ""
        disable_nagle_algorithm = True
        wbufsize = -1  # head and body leave as one packet

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            for chunk in application(self._environ(body), self._start):
                self.wfile.write(chunk)
            self.wfile.flush()

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = answer  # noqa: N815 - the names http.server calls

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's name
            """Say nothing: a line for each of thousands of calls helps nobody."""

        def _start(self, status: str, headers: list[tuple[str, str]], _error: Any = None) -> None:
            code, _, reason = status.partition(" ")
            self.send_response(int(code), reason)
            for name, value in headers:
                self.send_header(name, value)
            self.end_headers()

        def _environ(self, body: bytes) -> dict[str, Any]:
            path, _, query = self.path.partition("?")
            environ: dict[str, Any] = {
                "REQUEST_METHOD": self.command,
                "SCRIPT_NAME": "",
                # WSGI wants the bytes of the path as Latin-1.
                "PATH_INFO": unquote(path, "latin-1"),
                "RAW_URI": self.path,
                "REQUEST_URI": self.path,
                "QUERY_STRING": query,
                "SERVER_NAME": "127.0.0.1",
                "SERVER_PORT": str(cast("tuple[str, int]", self.server.server_address)[1]),
                "SERVER_PROTOCOL": self.request_version,
                "REMOTE_ADDR": self.client_address[0],
                "wsgi.version": (1, 0),
                "wsgi.url_scheme": "http",
                "wsgi.input": io.BytesIO(body),
                "wsgi.errors": sys.stderr,
                "wsgi.multithread": True,
                "wsgi.multiprocess": False,
                "wsgi.run_once": False,
            }
            for name, value in self.headers.items():
                environ["HTTP_" + name.upper().replace("-", "_")] = value
            environ["CONTENT_TYPE"] = self.headers.get("Content-Type", "")
            environ["CONTENT_LENGTH"] = str(len(body))
            return environ

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

    return Server(("127.0.0.1", 0), Handler)
