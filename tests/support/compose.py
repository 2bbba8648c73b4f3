"""docker-compose.yml as the compose program reads it: anchors merged, variables filled in."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from deploy.embedded.topology import ROOT

_VARIABLE = re.compile(r"\$(?:\$|\{(?P<name>\w+)(?::(?P<kind>[-?])(?P<text>[^}]*))?\})")


def make_secrets(directory: Path) -> dict[str, str]:
    """Run ``make-secrets`` for a project in ``directory`` and return what its ``.env`` says."""
    command = [str(ROOT / "deploy/compose/make-secrets")]
    subprocess.run(command, env={**os.environ, "PROJECT_DIR": str(directory)}, check=True, capture_output=True)
    return dict(line.split("=", 1) for line in (directory / ".env").read_text().splitlines())


def load_compose(values: Mapping[str, str]) -> dict[str, Any]:
    """The compose file with ``values`` in it. Raises ``KeyError`` for a variable that has neither value nor default."""
    return _filled(yaml.safe_load((ROOT / "docker-compose.yml").read_text()), values)


def _filled(node: Any, values: Mapping[str, str]) -> Any:
    """Variables are filled in after the file is parsed, so a value never changes its structure."""
    if isinstance(node, dict):
        return {key: _filled(value, values) for key, value in node.items()}
    if isinstance(node, list):
        return [_filled(value, values) for value in node]
    return _VARIABLE.sub(lambda match: _value(match, values), node) if isinstance(node, str) else node


def _value(match: re.Match[str], values: Mapping[str, str]) -> str:
    name = match["name"]
    if name is None:
        return "$"
    if name in values:
        return values[name]
    if match["kind"] == "-":
        return match["text"]
    raise KeyError(f"{name}: {match['text'] or 'no value'}")
