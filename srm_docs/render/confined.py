"""A user's templates and style sheets, run in a process of their own that can reach nothing.

The process gets what it needs through a pipe and answers through one: JSON and bytes, never a pickle, because what
answers has run somebody's templates. Its environment has no secret in it. Before a template runs it gives up, by the
kernel's own limits, opening anything at all: no file, no socket, no pipe. What lays the pages out opens fonts, so there
the fetcher refuses every address, and a hook refuses connections and programs. Time and memory are bounded in both.
"""

from __future__ import annotations

import codecs
import contextlib
import json
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from srm_docs.errors import ConfigError, MissingLibrary, TemplateError
from srm_docs.render import html as markup
from srm_docs.render.assets import Users
from srm_docs.render.languages import ENGLISH, Wording
from srm_docs.sourcefile import Fault

if TYPE_CHECKING:
    from srm_docs.render.pdf import Attached, Pdf

_KEPT: Final = ("LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH", "TMPDIR")
"""What a machine's own Python and Pango may need. Everything else of the environment stays with us."""
_ERRORS: Final = {kind.__name__: kind for kind in (TemplateError, MissingLibrary, ConfigError)}
_HINT: Final = "Look for a loop that does not end, or for something very long, in the templates named."
_REFUSED: Final = (
    "socket.connect",
    "socket.bind",
    "socket.getaddrinfo",
    "socket.sendto",
    "subprocess.Popen",
    "os.exec",
)
_REFUSED_TOO: Final = ("os.posix_spawn", "os.system", "os.fork", "os.forkpty")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a process may use: seconds of a processor and by the clock, MiB of memory above what it began with."""

    seconds: int
    wall: int
    mebibytes: int


TEMPLATES: Final = Limits(seconds=120, wall=900, mebibytes=1_024)
"""For templates: those of the largest packets take a few seconds and 200 MiB."""
LAYOUT: Final = Limits(seconds=3_600, wall=7_200, mebibytes=4_096)
"""For layout: a row of a table takes 6 ms and 140 KB, and 10,000 rows are a very long document."""
LONGEST: Final = 100_000_000
"""Characters of HTML: the longest document of ours has a tenth of that."""


def html(
    name: str, users: Users, *, language: Wording = ENGLISH, limits: Limits = TEMPLATES, **context: Any
) -> markup.Html:
    """Return what `html.render` returns. Raises TemplateError, also where time or memory was not enough."""
    given = {"name": name, "users": users, "language": language, "context": context}
    made, body = _asked("html", limits, f"{users.label}: {name}", **given)
    replaced = tuple(markup.Replaced(code_point=int(c), times=int(n)) for c, n in made["replaced"])
    return markup.Html(text=body.decode("utf-8", "surrogatepass"), replaced=replaced)


def pdf(
    page: str,
    *,
    assets: Mapping[str, bytes],
    attachments: Sequence[Attached] = (),
    label: str,
    limits: Limits = LAYOUT,
) -> Pdf:
    """Return what `pdf.write` returns; `label` is how errors name the templates."""
    from srm_docs.render.pdf import Pdf

    # the process that lays out may open no file, so what others give by its path is handed over
    inside = tuple(
        replace(a, content=a.content.read_bytes()) if isinstance(a.content, Path) else a for a in attachments
    )
    made, body = _asked("pdf", limits, label, page=page, assets=dict(assets), attachments=inside)
    return Pdf(content=body, pages=int(made["pages"]), warnings=tuple(map(str, made["warnings"])))


def faults(users: Users, *, limits: Limits = TEMPLATES) -> list[Fault]:
    """Return what `precheck.faults` returns."""
    made, _ = _asked("faults", limits, users.label, users=users)
    return [Fault(file=str(f), line=int(n), message=str(m)) for f, n, m in made["faults"]]


# ---- our side


def _asked(work: str, limits: Limits, what: str, **given: Any) -> tuple[dict[str, Any], bytes]:
    """Have a process do a piece of work; its answer is a line of JSON, then bytes."""
    request = pickle.dumps({"work": work, "what": what, "limits": limits, **given}, protocol=pickle.HIGHEST_PROTOCOL)
    with subprocess.Popen(  # noqa: S603 - the interpreter we run in, and nothing of the user's on its command line
        [sys.executable, "-P", "-m", __name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
        cwd="/",
        start_new_session=True,  # Ctrl-C is for us: we end it
    ) as child:
        try:
            answer, said = child.communicate(request, timeout=limits.wall)
        except subprocess.TimeoutExpired:
            _end(child)
            raise TemplateError(f"{what}: not done after {limits.wall:,} seconds", hint=_HINT) from None
        except BaseException:
            _end(child)
            raise
    head, _, body = answer.partition(b"\n")
    if child.returncode or not head:
        raise _ended(what, child.returncode, limits, said.decode("utf-8", "replace"))
    made = json.loads(head)
    if "error" in made:
        raise _ERRORS[made["error"]](str(made["message"]), hint=str(made["hint"]))
    return made, body


def _end(child: subprocess.Popen[bytes]) -> None:
    child.kill()
    child.wait()


def _ended(what: str, code: int, limits: Limits, said: str) -> Exception:
    """Make a sentence of how a process ended that did not answer."""
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return TemplateError(
            f"{what}: over {limits.seconds:,} seconds of processor time, or no memory left", hint=_HINT
        )
    if code < 0 or "MemoryError" in said or "cannot allocate" in said.lower():
        return TemplateError(_no_memory(what, limits), hint=_HINT)
    return RuntimeError(f"the process that prints {what} ended with {code}\n{said}")


def _no_memory(what: str, limits: Limits) -> str:
    return f"{what}: more than {limits.mebibytes:,} MiB of memory would be needed"


def _wrong(message: str) -> dict[str, Any]:
    return {"error": TemplateError.__name__, "message": message, "hint": _HINT}


def environment() -> dict[str, str]:
    """Return the environment of such a process: no credentials, no home, nothing that we did not choose."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    path = os.pathsep.join(str(Path(entry).absolute()) for entry in sys.path if entry)
    return {"PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", **kept}


# ---- the other side


def main() -> None:
    """Do the one piece of work that stdin asks for, and answer on stdout."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever else is printed must not be taken for an answer
    _end_with(os.getppid())
    request = pickle.load(sys.stdin.buffer)  # noqa: S301 - our parent wrote it
    work = _WORK[request.pop("work")]
    what, limits = request.pop("what"), request["limits"]
    try:
        head, body = work(**request)
    except tuple(_ERRORS.values()) as error:
        head, body = {"error": type(error).__name__, "message": error.message, "hint": error.hint}, b""
    except TimeoutError as error:
        head, body = _wrong(f"{what}: {error}"), b""
    except MemoryError:
        head, body = _wrong(_no_memory(what, limits)), b""
    out.write(json.dumps(head).encode() + b"\n" + body)
    out.flush()
    os._exit(0)  # nothing is left to tidy, and tidying opens files


def _html(
    *, name: str, users: Users, language: Wording, context: Mapping[str, Any], limits: Limits
) -> tuple[dict[str, Any], bytes]:
    _warm()
    with _bounded(limits, closed=True):
        made = markup.render(name, users=users, language=language, **context)
    if len(made.text) > LONGEST:
        raise TemplateError(f"{users.label}/{name}: the page has {len(made.text):,} characters", hint=_HINT)
    return {"replaced": [[r.code_point, r.times] for r in made.replaced]}, made.text.encode("utf-8", "surrogatepass")


def _warm() -> None:
    """Load what is read at its first use, because soon nothing can be opened any more."""
    import html  # noqa: F401 - MarkupSafe asks for it when it strips tags

    import jinja2.debug  # noqa: F401

    from srm_docs.render import assets, text

    assets.ours()
    for face in ("sans", "mono"):
        text.coverage(face)
    for codec in ("ascii", "utf-8", "unicode_escape", "raw_unicode_escape", "latin-1"):
        codecs.lookup(codec)


def _faults(*, users: Users, limits: Limits) -> tuple[dict[str, Any], bytes]:
    from srm_docs.render import precheck

    _warm()
    with _bounded(limits, closed=True):
        found = precheck.faults(users)
    return {"faults": [[f.file, f.line, f.message] for f in found]}, b""


def _pdf(
    *, page: str, assets: Mapping[str, bytes], attachments: Sequence[Attached], limits: Limits
) -> tuple[dict[str, Any], bytes]:
    from srm_docs.render import pdf as printer

    printer.require()
    sys.addaudithook(_refuse)
    with _bounded(limits):
        made = printer.write(page, assets=assets, attachments=attachments)
    return {"pages": made.pages, "warnings": list(made.warnings)}, made.content


_WORK: Final[Mapping[str, Callable[..., tuple[dict[str, Any], bytes]]]] = {
    "html": _html,
    "pdf": _pdf,
    "faults": _faults,
}


@contextlib.contextmanager
def _bounded(limits: Limits, *, closed: bool = False) -> Iterator[None]:
    """Bound what follows. `closed`: nothing can be opened from here on, whatever a template has found a way to call."""
    import resource

    def limit(which: int, most: int, hard: int = 0) -> None:
        with contextlib.suppress(ValueError, OSError):  # a system that does not know this limit
            resource.setrlimit(which, (most, hard or most))

    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + limits.seconds + 1
    signal.signal(signal.SIGXCPU, _too_long(limits))
    limit(resource.RLIMIT_CPU, seconds, seconds + 5)  # the signal first: it names the line; then the end
    limit(resource.RLIMIT_AS, _mapped() + (limits.mebibytes << 20))
    limit(resource.RLIMIT_CORE, 0)
    if closed:
        limit(resource.RLIMIT_FSIZE, 0)
        limit(resource.RLIMIT_NOFILE, 0)
    yield


def _too_long(limits: Limits) -> Callable[[int, Any], None]:
    def stop(_: int, __: Any) -> None:
        signal.signal(signal.SIGXCPU, signal.SIG_IGN)  # it comes each second from here on
        raise TimeoutError(f"over {limits.seconds:,} seconds of processor time: does a loop not end?")

    return stop


def _mapped() -> int:
    """Return the bytes of memory that this process has mapped, or 0 where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_text("ascii").split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 1 << 30


def _refuse(event: str, _: tuple[Any, ...]) -> None:
    if event in _REFUSED or event in _REFUSED_TOO:
        raise PermissionError(f"a document may not use {event}")


def _end_with(parent: int) -> None:
    """End when whoever asked has ended, however it did."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


if __name__ == "__main__":
    main()
