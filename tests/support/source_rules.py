"""The rules of the repository, each as a function from text to what is wrong with it.

``tests/unit/test_architecture.py`` applies them to the tree, ``tests/unit/test_source_rules.py`` to bad samples.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath

OWN = {"contracts", "kernel", "services", "gateway", "deploy", "tests"}

MAY_IMPORT = {
    "contracts": {"contracts"},
    "kernel": {"kernel", "contracts"},
    "gateway": {"gateway", "kernel", "contracts"},
    "deploy": OWN - {"tests"},
}
"""What each part may import of the platform itself; a service adds only itself to what the gateway may."""

IMPURE = {"flask", "flask_smorest", "werkzeug", "mongoengine", "pymongo", "bson", "kafka", "requests"}
"""What the rules of a service do not know about."""

SERVICE_FILES = {
    "README.md", "service.py", "domain.py", "commands.py", "handlers.py", "models.py", "views.py", "schemas.py",
    "policies.py", "api.py",
}  # fmt: skip

BUSINESS_WORDS = {
    "festival", "maker", "sailing", "ferry", "ferrie", "visitor", "film", "popup", "passport", "curator", "offering",
    "consignment", "referral", "enquiry", "enquirie", "ambassador", "catalyst", "sponsor", "passenger", "timetable",
    "museum", "tourist", "craft", "artisan",
}  # fmt: skip

REGISTRY_HOSTS = [
    ".".join(parts)
    for parts in [
        ("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"), ("yarnpkg", "com"),
        ("repo", "maven", "apache", "org"), ("repo1", "maven", "org"), ("deb", "debian", "org"), ("ubuntu", "com"),
        ("crates", "io"), ("golang", "org"), ("docker", "io"), ("quay", "io"), ("ghcr", "io"), ("rubygems", "org"),
    ]
]  # fmt: skip

_MACHINE_PATH = re.compile(r"(?<![\w.:/~-])/(?:work|root|home|Users|tmp)/[\w.]+")
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def imports_of(path: str, source: str) -> set[str]:
    """The dotted names that a module imports, relative ones resolved, those by ``import_module("...")`` too."""
    package = list(PurePosixPath(path).parent.parts)
    return {name for node in ast.walk(ast.parse(source)) for name in _imported(node, package)}


def _imported(node: ast.AST, package: list[str]) -> Iterator[str]:
    match node:
        case ast.Import():
            yield from (alias.name for alias in node.names)
        case ast.ImportFrom():
            above = package[: len(package) - node.level + 1] if node.level else []
            stem = ".".join([*above, *([node.module] if node.module else [])])
            yield from (f"{stem}.{alias.name}" for alias in node.names)
        case ast.Call(
            func=ast.Name(id="import_module" | "__import__") | ast.Attribute(attr="import_module"),
            args=[ast.Constant(value=str(name)), *_],
        ):
            yield name


def wrong_imports(path: str, source: str) -> list[str]:
    """Imports against the direction services, gateway -> kernel -> contracts, or of one service by another."""
    part, *rest = PurePosixPath(path).parts
    wrong = []
    for name in sorted(imports_of(path, source)):
        root, *inner = name.split(".")
        if part == "services" and len(rest) > 1:
            allowed = root in MAY_IMPORT["gateway"] - {"gateway"} or (root == "services" and inner[:1] == rest[:1])
            impure = PurePosixPath(rest[1]).stem == "domain" and root in IMPURE
        else:
            allowed, impure = root in MAY_IMPORT.get(part, OWN), False
        if (root in OWN and not allowed) or impure:
            wrong.append(f"{path} imports {name}")
    return wrong


def business_words(text: str) -> list[str]:
    """The words of the business in ``text``, wherever they stand: identifiers, strings or comments."""
    words = (word.lower() for word in _WORDS.findall(text))
    return sorted({word for word in words if {word, word.removesuffix("s")} & BUSINESS_WORDS})


def registry_hosts(text: str) -> list[str]:
    """Host names of package registries in ``text``."""
    return [host for host in REGISTRY_HOSTS if re.search(rf"(?<![\w-]){re.escape(host)}(?![\w-])", text.lower())]


def machine_paths(text: str) -> list[str]:
    """Paths in ``text`` that exist on somebody's machine only."""
    return sorted(set(_MACHINE_PATH.findall(text)))


def sleeps(source: str) -> list[int]:
    """The lines of a module that sleep or import what sleeps."""
    return sorted(
        node.lineno
        for node in ast.walk(ast.parse(source))
        if (isinstance(node, ast.Attribute) and node.attr == "sleep" and getattr(node.value, "id", "") == "time")
        or (isinstance(node, ast.ImportFrom) and node.module == "time" and any(n.name == "sleep" for n in node.names))
        or (isinstance(node, ast.Import) and any(n.name == "time" and n.asname for n in node.names))
    )


def service_layout(names: Iterable[str], readme: str = "") -> list[str]:
    """What is missing from, and what is foreign in, a service's folder of these ``names``.

    A module may have grown into a package of its name. A further file has to be named in the service's ``readme``,
    where its reason stands.
    """
    present = set(names)
    stems = {PurePosixPath(name).stem: name for name in SERVICE_FILES}
    missing = [name for stem, name in stems.items() if not {name, stem} & present]
    foreign = present - SERVICE_FILES - stems.keys() - {"__init__.py", "__main__.py"}
    unnamed = [name for name in sorted(foreign) if f"`{name}`" not in readme and f"`{name}/`" not in readme]
    return [
        *(f"{name} is missing" for name in sorted(missing)),
        *(f"{name} is not told in README.md" for name in unnamed),
    ]


def unlocked(requirements: str) -> list[str]:
    """Lines of a compiled requirements file that carry no hash or name an index or an address."""
    joined = requirements.replace("\\\n", " ")
    lines = [line.strip() for line in joined.splitlines() if line.strip() and not line.startswith("#")]
    return [
        line
        for line in lines
        if line.startswith("-") or "://" in line or not re.match(r"\S+==\S+.*--hash=sha256:[0-9a-f]{64}", line)
    ]


_IMPORT_QUIETLY = """
import importlib, json, sys, threading
import psutil
loud, current = [], None
EVENTS = {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "subprocess.Popen", "os.fork",
          "os.posix_spawn", "os.system", "_thread.start_new_thread"}
def hear(event, arguments):
    if event in EVENTS and current:
        loud.append(f"{current}: {event}")
sys.addaudithook(hear)
start = threading.Thread.start
def started(self):
    loud.append(f"{current}: thread {self.name}")
    start(self)
threading.Thread.start = started
for current in json.loads(sys.stdin.read()):
    try:
        importlib.import_module(current)
    except Exception as error:
        loud.append(f"{current}: {type(error).__name__}: {error}")
current = None
me = psutil.Process()
loud += [f"a socket stays open: {connection}" for connection in me.net_connections(kind="inet")]
if me.num_threads() != 1:
    loud.append(f"{me.num_threads()} threads run")
sys.stdout.write(json.dumps(loud))
"""


def loud_imports(modules: Sequence[str], root: Path) -> list[str]:
    """What modules do on import besides defining: connecting, looking up names, starting threads or processes.

    They are imported into a fresh interpreter with ``root`` as its folder. A failing import is told too.
    """
    done = subprocess.run(
        [sys.executable, "-W", "error::SyntaxWarning", "-c", _IMPORT_QUIETLY],
        input=json.dumps(list(modules)),
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    if done.returncode:
        return [done.stderr.strip()[-2000:] or f"exit status {done.returncode}"]
    found: list[str] = json.loads(done.stdout)
    return found
