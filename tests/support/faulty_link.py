"""A TCP proxy between two parties, which can delay, hold, cut and refuse: for faults of the network between them."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress

CHUNK = 64 * 1024

Trigger = Callable[[bytes], bool]
"""Says of the bytes that a client sends whether the fault happens now."""


def after_bytes(count: int) -> Trigger:
    """Once ``count`` bytes have gone from clients to the server."""
    left = [count]

    def reached(sent: bytes) -> bool:
        left[0] -= len(sent)
        return left[0] <= 0

    return reached


def containing(text: bytes) -> Trigger:
    """At the next message that holds ``text`` (neither encrypted nor compressed)."""
    return lambda sent: text in sent


class FaultyLink:
    """Listens on a loopback port and passes everything on to ``target``, until told otherwise.

    Faults concern connections that are open and those to come. ``mend`` ends all of them.
    """

    def __init__(self, target: int) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._flows = threading.Event()
        self._flows.set()
        self._refusing = self._closed = False
        self._delay = threading.Event()
        self._seconds = 0.0
        self._trigger: Trigger | None = None
        self._delivers = self._refuses_after = False
        self.cuts = 0
        """How many times a trigger has cut."""
        threading.Thread(target=self._accept, name="link", daemon=True).start()

    def delay(self, seconds: float) -> None:
        """Let every message take that much longer, in both directions."""
        self._seconds = seconds

    def half_open(self) -> None:
        """Connections stay and are accepted, and nothing passes: neither side learns why."""
        self._flows.clear()

    def cut(self, *, refuse: bool = True) -> None:
        """Break every connection; with ``refuse``, break new ones at once as well."""
        self._refusing = refuse
        with self._lock:
            broken, self._open = self._open, set()
        for each in broken:
            _break(each)

    def cut_at(self, trigger: Trigger, *, delivered: bool, refuse: bool = False) -> None:
        """Break all connections at the client's message that ``trigger`` tells, once.

        ``delivered``: whether the server still gets that message. ``refuse``: whether the link stays down until
        ``mend``.
        """
        self._delivers, self._refuses_after = delivered, refuse
        self._trigger = trigger

    def mend(self) -> None:
        """No fault any more."""
        self._refusing, self._seconds, self._trigger = False, 0.0, None
        self._flows.set()

    def close(self) -> None:
        """Break everything and listen no more."""
        self._closed = True
        _break(self._listener)
        self.cut()
        self.mend()

    def _accept(self) -> None:
        while not self._closed:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self._refusing:
                _break(client)
                continue
            try:
                server = socket.create_connection(("127.0.0.1", self._target), timeout=5)
            except OSError:
                _break(client)
                continue
            server.settimeout(None)
            with self._lock:
                self._open |= {client, server}
            for source, sink, sent in ((client, server, True), (server, client, False)):
                threading.Thread(target=self._pass_on, args=(source, sink, sent), name="link", daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket, sent: bool) -> None:
        with suppress(OSError):
            while data := source.recv(CHUNK):
                if self._seconds:
                    self._delay.wait(self._seconds)
                self._flows.wait()
                if sent and self._cut_now(data, source, sink):
                    return
                sink.sendall(data)
        for each in (source, sink):
            with self._lock:
                self._open.discard(each)
            _break(each)

    def _cut_now(self, data: bytes, client: socket.socket, server: socket.socket) -> bool:
        with self._lock:
            trigger = self._trigger
            if trigger is None or not trigger(data):
                return False
            self._trigger = None
            self.cuts += 1
        self._refusing = self._refuses_after
        _break(client)  # first, so that no answer can overtake the fault
        if self._delivers:
            server.sendall(data)
            server.shutdown(socket.SHUT_WR)
        self.cut(refuse=self._refuses_after)
        return True


def _break(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
