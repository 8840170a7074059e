"""A warm interpreter that forks: `python -m tests.support.fork_server FD`.

A new interpreter spends more than a second on importing Spock and its dependencies, and the tests
start hundreds of processes. This one imports them once and then forks a process per request, with
its own pid, streams, environment and working directory. `tests.support.child` is the client.

FD is a Unix socket that listens: the workers of a test run share the server, which ends with the
last of them. It says `READY` to each. A request is the length
of a JSON object, in `LENGTH` bytes, and the object. With it come four file descriptors: stdin,
stdout, stderr and a socket on which the server writes the process's pid and later its wait status.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import json
import os
import pkgutil
import runpy
import selectors
import signal
import socket
import sys
import tempfile
import threading
import traceback
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple, NoReturn, cast

import spock_core

LENGTH = 8
READY = b"ready"


class Task(NamedTuple):
    """A process to be made."""

    request: dict[str, Any]
    streams: Sequence[int]
    """File descriptors of stdin, stdout and stderr."""


def preload() -> None:
    """Imports what a run imports. An extra that is not installed is left out."""
    names = [one.name for one in pkgutil.walk_packages(spock_core.__path__, "spock_core.")]
    passed_over = (
        ".testing",
        ".__main__",
        ".migrations",
        ".templates",
        ".arrow",
        ".columnar",
        ".charts",
        ".reading.report",
        ".commands.report",
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in (*names, "yfinance", "alembic.command", "sqlalchemy.dialects.sqlite"):
            if not any(part in name for part in passed_over):
                with contextlib.suppress(ModuleNotFoundError):
                    importlib.import_module(name)
    assert threading.active_count() == 1, "a process with several threads cannot be forked safely"


def warm_up() -> None:
    """Makes a run and reads its register, so that forked processes have what a run compiles: SQL
    and models of settings. Plugins are forgotten: a process may find others of the same names."""
    from spock_core.api import enrich
    from spock_core.plugins.loader import load_plugins
    from spock_core.sandbox.kis_files import write_archives
    from spock_core.sandbox.universe import make_universe
    from spock_core.store.connection.reading import open_for_reading

    if not (plugins := load_plugins()).markets:
        return  # core alone
    with tempfile.TemporaryDirectory() as folder:
        write_archives(make_universe(plugins, 60), Path(folder))
        register = f"sqlite:///{folder}/spock.db"
        for _ in range(2):
            enrich(kis_master_url=folder, sources=("kis", "issuer"), database=register)
        open_for_reading(register).close()
    for name in [name for name in sys.modules if name.startswith("spock_")]:
        if not name.startswith("spock_core"):
            del sys.modules[name]
    assert threading.active_count() == 1, "a process with several threads cannot be forked safely"


def serve(listener: socket.socket) -> Task | None:
    """Forks a process for each request until all clients have hung up.

    Returns None in the server when it ends, and in each forked process its task.
    """
    wakeup, wake = os.pipe()
    os.set_blocking(wake, False)
    os.set_blocking(wakeup, False)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    waiting: dict[int, socket.socket] = {}
    with selectors.DefaultSelector() as selector:
        selector.register(listener, selectors.EVENT_READ)
        selector.register(wakeup, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj == wakeup:
                    with contextlib.suppress(BlockingIOError):
                        os.read(wakeup, 4096)
                    _report_ended(waiting)
                    continue
                if key.fileobj is listener:
                    client, _ = listener.accept()
                    client.send(READY)
                    selector.register(client, selectors.EVENT_READ)
                    continue
                client = cast(socket.socket, key.fileobj)
                length, descriptors, _, _ = socket.recv_fds(client, LENGTH, 4)
                if not length:
                    selector.unregister(client)
                    client.close()
                    if len(selector.get_map()) == 2:  # nobody but the two from the beginning
                        return None
                    continue
                message = client.recv(int.from_bytes(length, "big"), socket.MSG_WAITALL)
                pid = os.fork()
                if not pid:
                    return Task(json.loads(message), descriptors[:3])
                for descriptor in descriptors[:3]:
                    os.close(descriptor)
                waiting[pid] = socket.socket(fileno=descriptors[3])
                _say(waiting[pid], pid)


def _report_ended(waiting: dict[int, socket.socket]) -> None:
    """Tells the client of each process that has ended its wait status."""
    while waiting:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        with waiting.pop(pid) as client:
            _say(client, status)


def _say(client: socket.socket, number: int) -> None:
    with contextlib.suppress(OSError):  # the client may have gone
        client.sendall(f"{number}\n".encode())


def become(task: Task) -> None:
    """Makes this forked process what a new interpreter with this command line would be."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number, descriptor in enumerate(task.streams):
        os.dup2(descriptor, number)
    os.closerange(3, 1024)
    encoding = task.request["environment"].get("PYTHONIOENCODING", "utf-8")
    sys.stdin = sys.__stdin__ = os.fdopen(0, encoding=encoding, closefd=False)  # type: ignore[misc]
    sys.stdout = sys.__stdout__ = os.fdopen(1, "w", encoding=encoding, closefd=False)  # type: ignore[misc]
    sys.stderr = sys.__stderr__ = os.fdopen(  # type: ignore[misc]
        2, "w", encoding=encoding, errors="backslashreplace", buffering=1, closefd=False
    )
    os.chdir(task.request["folder"])
    os.environ.clear()
    os.environ.update(task.request["environment"])
    sys.path[0] = task.request["folder"]
    sys.path[1:1] = [p for p in os.environ.get("PYTHONPATH", "").split(os.pathsep) if p]
    importlib.invalidate_caches()


def run(arguments: Sequence[str]) -> int:
    """Does what `python` does with these arguments, `-c CODE ...` or `-m MODULE ...`.

    Returns the exit code.
    """
    how, what, *rest = arguments
    sys.argv = [how if how == "-c" else what, *rest]
    try:
        if how == "-c":
            sys.modules["__main__"] = main = type(sys)("__main__")
            exec(compile(what, "<string>", "exec"), vars(main))
        else:
            runpy.run_module(what, run_name="__main__", alter_sys=True)
    except SystemExit as stop:
        if stop.code is None or isinstance(stop.code, int):
            return stop.code or 0
        sys.stderr.write(f"{stop.code}\n")
        return 1
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def leave(code: int) -> NoReturn:
    """Ends a forked process as the interpreter does, but for the teardown of its modules.

    To tear them down would be to copy all the memory that it shares with the server.
    """
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            code = 120
    os._exit(code)


if __name__ == "__main__":
    preload()
    warm_up()
    gc.freeze()
    with socket.socket(fileno=int(sys.argv[1])) as listener:
        task = serve(listener)
    if task is not None:
        become(task)
        leave(run(task.request["arguments"]))
