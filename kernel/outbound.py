"""Fetches an address that a user gave, without letting the user reach what only this machine can reach.

Use: ``fetch(body["url"], max_bytes=5_000_000).body``, outside a transaction. Each host name is resolved once and the
connection made to the very address that was judged, so a name that answers differently the second time (DNS
rebinding) is never asked a second time. Every address of a name has to be public (``kernel.addresses``), and every hop
of a redirect passes the same rule. No cookie, no credential and no proxy is used, and nothing of the answer to a
refused address is told: the caller cannot use the refusals to draw a map of the network.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Collection
from concurrent.futures import Future
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse
from urllib.parse import SplitResult, urljoin, urlsplit

import certifi
import structlog

from kernel.addresses import Network, may_reach
from kernel.errors import Invalid, Problem

MAX_URL = 2000
PORTS = {"http": (80, 8080), "https": (443, 8443)}
"""Ports of the web. Others speak protocols that a request could be made to look like."""
MAX_REDIRECTS = 3
MAX_ADDRESSES = 32
"""Most addresses of one name that are judged; a name with more is refused."""
CHUNK = 64 * 1024
HEADERS = {"Accept": "*/*", "Accept-Encoding": "identity", "User-Agent": "feed-reader"}
"""An answer that unpacks to a thousand times its size is not asked for, and not taken."""

Resolver = Callable[[str, int], list[str]]
"""Host and port to the addresses of that host, each as text."""

log = structlog.get_logger(__name__)


class FetchFailed(Problem):
    """The address may be fetched and gave nothing that can be used."""

    status, slug, title = 502, "fetch-failed", "The address gave no usable answer"


@dataclass(frozen=True)
class Fetched:
    """What an address answered, after its redirects."""

    url: str
    content_type: str
    """The media type in lower case, without parameters; empty when none was said."""
    body: bytes


def resolve(host: str, port: int) -> list[str]:
    """The addresses of ``host`` as the system knows them; raises ``OSError``."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def fetch(
    url: str,
    *,
    max_bytes: int,
    seconds: float = 10.0,
    content_types: Collection[str] = (),
    name: str = "url",
    also_reach: tuple[Network, ...] = (),
    tls: ssl.SSLContext | None = None,
    resolver: Resolver = resolve,
) -> Fetched:
    """GET ``url`` and return its whole body of at most ``max_bytes``, within ``seconds`` for everything together.

    ``content_types`` are the media types that are taken, any when empty. ``also_reach`` are networks that may be
    reached though they are not public, at any port: none, unless an operator or a test says so.
    Raises ``Invalid`` naming the field ``name`` when the address may not be fetched, ``FetchFailed`` when it cannot.
    Blocks; must not be called inside a transaction.
    """
    attempt = _Attempt(
        max_bytes=max_bytes,
        deadline=time.monotonic() + seconds,
        content_types=frozenset(content_types),
        name=name,
        also_reach=also_reach,
        tls=tls,
        resolver=resolver,
    )
    done: Future[Fetched] = Future()
    threading.Thread(target=_settle, args=(done, attempt, url), name="fetch", daemon=True).start()
    try:
        return done.result(timeout=seconds)
    except TimeoutError as error:
        attempt.abandon()
        raise FetchFailed(f"The address did not answer in full within {seconds:g} s.") from error


def _settle(done: Future[Fetched], attempt: _Attempt, url: str) -> None:
    try:
        done.set_result(attempt.follow(url))
    except BaseException as error:  # noqa: BLE001  it is the caller's, who waits for it in another thread
        done.set_exception(error)


def trouble_with(url: str) -> str | None:
    """What keeps ``url`` from being an address of the web, whoever lives there; None when nothing does."""
    if len(url) > MAX_URL:
        return f"Longer than {MAX_URL} characters."
    if not url.isascii() or any(not " " < char <= "~" for char in url) or "\\" in url:
        return "Write it in plain characters without spaces; percent-encode the others."
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "Not an address such as https://example.org/calendar."
    if parts.scheme not in PORTS or not parts.hostname:
        return "Begin with https:// or http:// and the name of a host."
    if "@" in parts.netloc:
        return "Leave out user name and password: they would be passed on."
    if port == 0:
        return "There is no port 0."
    return None


@dataclass
class _Attempt:
    """One fetch: everything that it is bounded by, and the connection that it holds at the moment."""

    max_bytes: int
    deadline: float
    content_types: frozenset[str]
    name: str
    also_reach: tuple[Network, ...]
    tls: ssl.SSLContext | None
    resolver: Resolver
    pinned: dict[tuple[str, int], str] = field(default_factory=dict)
    connection: PinnedConnection | None = None
    gone: threading.Event = field(default_factory=threading.Event)
    """Set when nobody waits for the answer any more."""

    def follow(self, url: str) -> Fetched:
        """The answer behind at most ``MAX_REDIRECTS`` redirects."""
        for _ in range(MAX_REDIRECTS + 1):
            found = self._ask(url)
            if isinstance(found, Fetched):
                return found
            if url.startswith("https:") and not found.startswith("https:"):
                raise self._refused("It redirects from https to something less private.")
            url = found
        raise FetchFailed(f"The address redirects more than {MAX_REDIRECTS} times.")

    def abandon(self) -> None:
        """End the thread: at once where it reads, else before it asks for anything more.

        The flag is set before the connection is broken, and looked at after one is made: one of the two meets it.
        """
        self.gone.set()
        if self.connection is not None:
            self.connection.abandon()

    def _ask(self, url: str) -> Fetched | str:
        """The answer of ``url``, or the address that it redirects to."""
        wrong = trouble_with(url)
        if wrong:
            raise self._refused(wrong)
        parts = urlsplit(url)
        self._must_be_awaited()
        self.connection = self._connection_to(parts)
        try:
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            self.connection.request("GET", target or "/", headers=HEADERS)
            with self.connection.getresponse() as response:
                location = response.headers.get("Location")
                if response.status in (301, 302, 303, 307, 308) and location:
                    return urljoin(url, location)
                return self._answer(url, response)
        except (OSError, HTTPException, ValueError) as error:
            log.info("fetch failed", host=parts.hostname, reason=f"{type(error).__name__}: {error}"[:200])
            raise FetchFailed("The address does not answer, or not as a web server does.") from error
        finally:
            self.connection.close()

    def _must_be_awaited(self) -> None:
        if self.gone.is_set():
            raise FetchFailed("Nobody waits for the answer any more.")

    def _connection_to(self, parts: SplitResult) -> PinnedConnection:
        host, port = str(parts.hostname), parts.port or PORTS[parts.scheme][0]
        if (host, port) not in self.pinned:
            self.pinned[host, port] = self._judged(host, port, parts.scheme)
        address = self.pinned[host, port]
        tls = self.tls or ssl.create_default_context(cafile=certifi.where())
        context = tls if parts.scheme == "https" else None
        timeout = max(0.0, self.deadline - time.monotonic()) + 1.0
        return PinnedConnection(host, port, address, context, timeout, self.gone)

    def _judged(self, host: str, port: int, scheme: str) -> str:
        """The address to connect to; refused unless every address of the host may be reached."""
        try:
            addresses = self.resolver(host, port)
        except (OSError, UnicodeError) as error:
            raise self._refused("There is no host of this name.") from error
        self._must_be_awaited()
        if not 0 < len(addresses) <= MAX_ADDRESSES or not all(may_reach(each, self.also_reach) for each in addresses):
            log.warning("address refused", host=host, addresses=addresses[:MAX_ADDRESSES])
            raise self._refused("Not a host of the public internet.")
        if port not in PORTS[scheme] and all(may_reach(each) for each in addresses):
            ports = ", ".join(str(each) for each in PORTS[scheme])
            raise self._refused(f"Only the ports of the web are fetched from: {ports}.")
        return addresses[0]

    def _answer(self, url: str, response: HTTPResponse) -> Fetched:
        if response.status != 200:
            raise FetchFailed(f"The address answers with status {response.status}.")
        if response.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
            raise FetchFailed("The address answers compressed though it was asked not to.")
        content_type = response.headers.get("Content-Type", "").split(";")[0].strip().lower()
        if self.content_types and content_type not in self.content_types:
            raise FetchFailed(f"The address answers something else than {' or '.join(sorted(self.content_types))}.")
        body = bytearray()
        while chunk := response.read(min(CHUNK, self.max_bytes + 1 - len(body))):
            body += chunk
            if len(body) > self.max_bytes:
                raise FetchFailed(f"The address answers more than {self.max_bytes} bytes.")
        if response.length:
            raise FetchFailed("The answer breaks off before its end.")
        return Fetched(url, content_type, bytes(body))

    def _refused(self, wrong: str) -> Invalid:
        return Invalid("This address is not fetched.", errors={self.name: [wrong]})


class PinnedConnection(HTTPConnection):
    """A connection to one address, whatever its host name resolves to; the name still stands in Host and in TLS."""

    def __init__(
        self, host: str, port: int, address: str, tls: ssl.SSLContext | None, timeout: float, gone: threading.Event
    ) -> None:
        super().__init__(host, port, timeout=timeout)
        if tls is not None:
            self.default_port = 443
        self._address = address
        self._tls = tls
        self._gone = gone
        self._reached: socket.socket | None = None

    def connect(self) -> None:
        """Connect to the address; with TLS the certificate has to be that of the host name.

        Raises ``OSError`` when it was abandoned meanwhile.
        """
        self._reach(socket.create_connection((self._address, self.port), self.timeout))
        if self._tls is not None:
            secured = self._tls.wrap_socket(self.sock, server_hostname=self.host, do_handshake_on_connect=False)
            self._reach(secured)
            secured.do_handshake()

    def _reach(self, reached: socket.socket) -> None:
        self.sock = self._reached = reached
        if self._gone.is_set():
            raise ConnectionAbortedError("abandoned")

    def abandon(self) -> None:
        """End the connection below TLS, from another thread; also one that a response has taken over."""
        if self._reached is not None:
            try:
                socket.socket.shutdown(self._reached, socket.SHUT_RDWR)
            except OSError as error:
                log.debug("connection was gone already", reason=str(error))
