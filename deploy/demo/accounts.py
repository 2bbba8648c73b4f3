"""The accounts of the demo: their roles, their generated passwords, and the private file those are kept in."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from deploy.demo.client import Api, CallFailed, Credentials
from deploy.embedded.files import write_private

DOMAIN = "example.org"
"""Reserved for examples (RFC 2606): no mail to it reaches anyone."""
AT_ONCE = 8

SELF_SERVICE: dict[str, tuple[str, list[str], str]] = {
    **{f"maker-{n}": (f"Demo maker {n}", ["maker"], "fr" if n > 5 else "en") for n in range(1, 9)},
    **{f"curator-{n}": (f"Demo curator {n}", ["curator"], "en") for n in range(1, 19)},
    "keeper": ("Demo shop keeper", ["curator"], "fr"),
    "buyer": ("Demo buyer", [], "fr"),
    "producer": ("Demo producer", ["producer"], "en"),
    "producer-2": ("Demo producer 2", ["producer"], "en"),
}
"""Account to name, roles and language; anyone may take on these roles."""

AMBASSADORS: dict[str, tuple[str, list[str], str]] = {
    "ambassador": ("Demo ambassador", [], "en"),
    "ambassador-dieppe": ("Demo ambassadors in Dieppe", [], "fr"),
    "ambassador-aboard": ("Demo ambassadors aboard the Côte d'Albâtre", [], "fr"),
    "ambassador-aboard-2": ("Demo ambassadors aboard the Seven Sisters", [], "en"),
}
"""Volunteers: the operator makes them ambassadors."""


def load_accounts(api: Api, operator_file: Path, accounts_file: Path) -> None:
    """Make all accounts, or find those that an earlier, broken-off load has made, and let ``api`` sign in as them.

    Passwords are written down before the first account is made, so that none is ever lost: next to ``accounts_file``,
    which itself is written by ``finish`` when everything is loaded.
    """
    api.accounts["operator"] = Credentials(**json.loads(operator_file.read_text()))
    api.accounts |= _passwords(accounts_file)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda name: _register(api, name), [*SELF_SERVICE, *AMBASSADORS]))
    for name in AMBASSADORS:
        path = f"/v1/accounts/{api.account_id(name)}/roles"
        api.post(path, {"add": ["ambassador"]}, as_="operator", idempotent=f"grant-{name}")
        api.accounts[name].token = None


def finish(api: Api, accounts_file: Path) -> None:
    """Write the accounts' file: from now on the demo counts as loaded."""
    _write(accounts_file, api.accounts)
    _unfinished(accounts_file).unlink(missing_ok=True)


def read_accounts(accounts_file: Path) -> dict[str, Credentials]:
    """The accounts of a finished load. Raises ``OSError`` when there is no such file."""
    known = json.loads(accounts_file.read_text())
    return {name: Credentials(account["email"], account["password"]) for name, account in known.items()}


def table(accounts: Mapping[str, Credentials]) -> str:
    """The accounts for people to read."""
    return "\n".join(f"  {name:<18} {each.email:<32} {each.password}" for name, each in sorted(accounts.items()))


def _register(api: Api, name: str) -> None:
    shown, roles, language = {**SELF_SERVICE, **AMBASSADORS}[name]
    account = api.accounts[name]
    body = {
        "email": account.email,
        "password": account.password,
        "name": shown,
        "roles": roles,
        "language": language,
    }
    try:
        api.post("/v1/accounts", body, idempotent=f"account-{name}")
    except CallFailed as error:
        if error.status != 409:
            raise


def _passwords(accounts_file: Path) -> dict[str, Credentials]:
    unfinished = _unfinished(accounts_file)
    for file in (accounts_file, unfinished):
        if file.exists():
            return read_accounts(file)
    names = [*SELF_SERVICE, *AMBASSADORS]
    made = {name: Credentials(f"{name}@{DOMAIN}", secrets.token_urlsafe(12)) for name in names}
    _write(unfinished, made)
    return made


def _unfinished(accounts_file: Path) -> Path:
    return accounts_file.with_name(accounts_file.name + ".unfinished")


def _write(path: Path, accounts: Mapping[str, Credentials]) -> None:
    content = {name: {"email": each.email, "password": each.password} for name, each in sorted(accounts.items())}
    write_private(path, json.dumps(content, indent=2))
