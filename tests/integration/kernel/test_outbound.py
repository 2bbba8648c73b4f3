"""Promise 32 (7): fetching what a user names, from real servers on this machine, which only the tests may reach."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from kernel.errors import Invalid
from kernel.outbound import MAX_REDIRECTS, Fetched, FetchFailed, PinnedConnection, fetch
from tests.support.eventually import eventually

LOOPBACK = (ip_network("127.0.0.0/8"),)
Answer = Callable[[BaseHTTPRequestHandler], None]


class Site(ThreadingHTTPServer):
    """Answers each path as it is told, and remembers who was asked for."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: dict[str, Answer] = {}
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.gone = threading.Event()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is what some tests are about."""
        self.gone.set()


class _Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        self.server.asked.append((self.headers["Host"], self.path, dict(self.headers)))
        self.server.answers[self.path](self)

    def log_message(self, *_: Any) -> None:
        """Nothing."""


def says(body: bytes, status: int = 200, **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in {"Content_Length": str(len(body)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def redirects(location: str, status: int = 302) -> Answer:
    return says(b"", status, Location=location)


@pytest.fixture
def site() -> Iterator[Site]:
    server = Site()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def here(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


def get(site: Site, path: str, *, host: str = "feeds.example", scheme: str = "http", **options: Any) -> Fetched:
    settings = {"max_bytes": 1000, "seconds": 5.0, "also_reach": LOOPBACK, "resolver": here, **options}
    return fetch(f"{scheme}://{host}:{site.server_port}{path}", **settings)


def test_a_file_is_fetched_from_the_address_its_name_has(site: Site) -> None:
    site.answers["/a.ics?x=1"] = says(b"BEGIN", Content_Type="Text/Calendar; charset=utf-8")
    found = get(site, "/a.ics?x=1#part", content_types=["text/calendar"])
    assert (found.body, found.content_type) == (b"BEGIN", "text/calendar")
    [(host, path, headers)] = site.asked
    assert (host, path) == (f"feeds.example:{site.server_port}", "/a.ics?x=1")
    assert not {"Cookie", "Authorization", "Referer"} & headers.keys()


def test_this_machine_is_not_reached_unless_the_caller_says_so(site: Site) -> None:
    site.answers["/"] = says(b"secret")
    with pytest.raises(Invalid):
        get(site, "/", also_reach=())
    with pytest.raises(Invalid):
        get(site, "/", host="127.0.0.1", also_reach=())
    assert site.asked == []


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.1", "0177.0.0.1", "0x7f000001", "2130706433", "[::1]", "[::ffff:7f00:1]", "localhost"]
)
def test_every_spelling_of_this_machine_is_refused_by_the_system_resolver(host: str) -> None:
    with pytest.raises(Invalid) as refused:
        fetch(f"http://{host}/", max_bytes=10)
    assert list(refused.value.errors) == ["url"]


def test_a_name_is_resolved_once_however_its_answer_changes(site: Site) -> None:
    """Rebinding: the first answer is judged and used; the second, which would lead elsewhere, is never asked for."""
    answers = [["127.0.0.1"], ["10.0.0.7"]]
    asked: list[str] = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return answers.pop(0)

    site.answers["/"] = redirects("/again")
    site.answers["/again"] = says(b"same host")
    assert get(site, "/", resolver=rebinding).body == b"same host"
    assert asked == ["feeds.example"]


def test_a_name_that_turns_private_for_the_second_fetch_is_refused(site: Site) -> None:
    answers = [["127.0.0.1"], ["127.0.0.1", "10.0.0.7"]]
    site.answers["/"] = says(b"once")
    assert get(site, "/", resolver=lambda *_: answers.pop(0)).body == b"once"
    with pytest.raises(Invalid):
        get(site, "/", resolver=lambda *_: answers.pop(0))
    assert len(site.asked) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed(site: Site, status: int) -> None:
    site.answers["/old"] = redirects("new", status)
    site.answers["/new"] = says(b"moved")
    found = get(site, "/old")
    assert found.body == b"moved"
    assert found.url.endswith("/new")


@pytest.mark.parametrize(
    "location",
    [
        "http://10.0.0.1/", "http://169.254.169.254/latest/meta-data/", "http://[::1]/", "http://inside.example/",
        "file:///etc/passwd", "ftp://feeds.example/", "http://user:secret@feeds.example/", "//inside.example/x",
    ],
)  # fmt: skip
def test_a_redirect_passes_the_same_rule(site: Site, location: str) -> None:
    known = {"feeds.example": ["127.0.0.1"], "inside.example": ["192.168.1.1"]}
    site.answers["/"] = redirects(location)
    with pytest.raises(Invalid):
        get(site, "/", resolver=lambda host, _: known.get(host, [host]))
    assert len(site.asked) == 1


def test_redirects_are_bounded(site: Site) -> None:
    site.answers["/"] = redirects("/")
    with pytest.raises(FetchFailed, match="redirects more than"):
        get(site, "/")
    assert len(site.asked) == MAX_REDIRECTS + 1


@pytest.mark.parametrize("extra", [0, 1])
@pytest.mark.parametrize("told", [True, False])
def test_the_size_is_bounded_whether_it_is_told_or_not(site: Site, told: bool, extra: int) -> None:
    body = b"x" * (1000 + extra)

    def untold(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(body)

    site.answers["/"] = says(body) if told else untold
    if not extra:
        assert get(site, "/").body == body
    else:
        with pytest.raises(FetchFailed, match="more than 1000 bytes"):
            get(site, "/")


def drips(begin: bytes) -> Answer:
    """Send something forever, a byte at a time, so that no single wait is long."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(begin)
        while not handler.server.gone.wait(0.02):  # type: ignore[attr-defined]
            handler.wfile.write(b"a")
            handler.wfile.flush()

    return answer


@pytest.mark.parametrize(
    "begin", [b"", b"HTTP/1.0 200 OK\r\nX-Long: ", b"HTTP/1.0 200 OK\r\nContent-Length: 900\r\n\r\n"]
)
def test_the_time_is_bounded_however_slowly_bytes_come(site: Site, begin: bytes) -> None:
    """And the connection is broken then, so that the thread that waits for it ends."""
    site.answers["/"] = drips(begin)
    with pytest.raises(FetchFailed, match=r"within 0\.3 s"):
        get(site, "/", seconds=0.3)
    eventually(site.gone.is_set, within=5)
    eventually(lambda: all(each.name != "fetch" for each in threading.enumerate()), within=5)


class Late:
    """A resolver that answers for ``host`` only when the fetch that asks it was given up."""

    def __init__(self, host: str) -> None:
        self._host = host
        self.asked: list[str] = []
        self.given_up = threading.Event()

    def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        if host == self._host:
            self.given_up.wait(10)
        return ["127.0.0.1"]


@pytest.mark.parametrize("late", ["feeds.example", "other.example"])
def test_what_was_given_up_while_it_resolved_asks_nobody_any_more(site: Site, late: str) -> None:
    """At first and between two redirects: else a slow server could keep its thread for days."""
    site.answers["/"] = redirects(f"http://other.example:{site.server_port}/slow")
    site.answers["/slow"] = drips(b"HTTP/1.0 200 OK\r\nContent-Length: 900\r\n\r\n")
    resolver = Late(late)
    with pytest.raises(FetchFailed, match=r"within 0\.2 s"):
        get(site, "/", seconds=0.2, resolver=resolver)
    assert resolver.asked[-1] == late
    resolver.given_up.set()
    try:
        eventually(lambda: all(each.name != "fetch" for each in threading.enumerate()), within=5)
    finally:
        site.gone.set()
    assert "/slow" not in [path for _, path, _ in site.asked]
    assert len(site.asked) == len(resolver.asked) - 1


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_connection_that_was_given_up_while_it_was_made_is_not_used(
    site: Site, scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = threading.Event()
    tls = ssl.create_default_context() if scheme == "https" else None
    connection = PinnedConnection("feeds.example", site.server_port, "127.0.0.1", tls, 5.0, gone)
    connect = socket.create_connection

    def slowly(*arguments: Any) -> socket.socket:
        """It is given up in between: no socket of it is known yet that could be broken."""
        made = connect(*arguments)
        gone.set()
        connection.abandon()
        return made

    monkeypatch.setattr(socket, "create_connection", slowly)
    try:
        with pytest.raises(ConnectionAbortedError):
            connection.request("GET", "/")
    finally:
        connection.close()
    assert site.asked == []


def test_a_connection_that_was_given_up_as_tls_took_it_over_is_not_used(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, tls = threading.Event(), ssl.create_default_context()
    connection = PinnedConnection("feeds.example", site.server_port, "127.0.0.1", tls, 5.0, gone)
    wrap = tls.wrap_socket

    def slowly(*arguments: Any, **options: Any) -> ssl.SSLSocket:
        made = wrap(*arguments, **options)
        gone.set()
        connection.abandon()
        return made

    monkeypatch.setattr(tls, "wrap_socket", slowly)
    try:
        with pytest.raises(ConnectionAbortedError):
            connection.request("GET", "/")
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (says(b"", 404), "status 404"),
        (says(b"", 204), "status 204"),
        (says(b"x", Content_Encoding="gzip"), "compressed"),
        (says(b"x", Content_Type="text/html"), "something else than"),
        (says(b"x"), "something else than"),
        (says(b"short", Content_Length="900", Content_Type="text/calendar"), "breaks off"),
        (lambda handler: handler.wfile.write(b"SSH-2.0-x\r\n"), "not as a web server"),
        (lambda handler: handler.close_connection, "not as a web server"),
    ],
)
def test_what_is_no_usable_answer_is_told_apart(site: Site, answer: Answer, why: str) -> None:
    site.answers["/"] = answer
    with pytest.raises(FetchFailed, match=why):
        get(site, "/", content_types=["text/calendar"])


def test_nobody_listening_is_no_error_of_ours(site: Site) -> None:
    site.server_close()
    with pytest.raises(FetchFailed):
        get(site, "/")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of feeds.example, signed by itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "feeds.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("feeds.example")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "feeds.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def secure_site(site: Site, certificate: Path) -> Site:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    site.socket = context.wrap_socket(site.socket, server_side=True)
    return site


def test_with_tls_the_name_is_checked_and_not_the_address(secure_site: Site, certificate: Path) -> None:
    secure_site.answers["/"] = says(b"secure")
    trusting = ssl.create_default_context(cafile=str(certificate))
    assert get(secure_site, "/", scheme="https", tls=trusting).body == b"secure"
    with pytest.raises(FetchFailed):
        get(secure_site, "/", scheme="https", tls=trusting, host="other.example")
    with pytest.raises(FetchFailed):
        get(secure_site, "/", scheme="https")


def test_tls_is_not_left_by_a_redirect(secure_site: Site, certificate: Path) -> None:
    secure_site.answers["/"] = redirects("http://feeds.example/")
    with pytest.raises(Invalid):
        get(secure_site, "/", scheme="https", tls=ssl.create_default_context(cafile=str(certificate)))
