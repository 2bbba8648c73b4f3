"""The demo's accounts: passwords of their own in a private file, kept when a load is broken off."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from deploy.demo.accounts import AMBASSADORS, SELF_SERVICE, finish, load_accounts, read_accounts, table
from deploy.demo.client import Api, CallFailed


class FakePlatform(Api):
    """Takes registrations; an address that is taken is refused as the platform does."""

    def __init__(self, fail_after: int | None = None) -> None:
        super().__init__("http://nowhere")
        self.registered: dict[str, str] = {}
        self.granted: list[str] = []
        self.fail_after = fail_after

    def post(self, path: str, body: Any = None, **options: Any) -> Any:
        if path == "/v1/accounts":
            if self.fail_after is not None and len(self.registered) >= self.fail_after:
                raise CallFailed("POST", path, 503, {"detail": "away"})
            if body["email"] in self.registered:
                raise CallFailed("POST", path, 409, {"detail": "taken"})
            self.registered[body["email"]] = body["password"]
        else:
            self.granted.append(path)
        return {}

    def account_id(self, name: str) -> str:
        return name


@pytest.fixture
def operator(tmp_path: Path) -> Path:
    file = tmp_path / "operator.json"
    file.write_text(json.dumps({"email": "op@example.org", "password": "p" * 12}))
    return file


def test_everyone_is_there_with_a_long_password_of_their_own(tmp_path: Path, operator: Path) -> None:
    platform, known = FakePlatform(), tmp_path / "accounts.json"
    load_accounts(platform, operator, known)
    assert not known.exists()
    finish(platform, known)
    accounts = read_accounts(known)
    assert set(accounts) == {*SELF_SERVICE, *AMBASSADORS, "operator"}
    assert len(accounts) == 35
    passwords = [account.password for account in accounts.values()]
    assert len(set(passwords)) == len(passwords)
    assert min(map(len, passwords)) >= 12
    assert platform.granted == [f"/v1/accounts/{name}/roles" for name in AMBASSADORS]


def test_only_its_owner_reads_the_file(tmp_path: Path, operator: Path) -> None:
    platform, known = FakePlatform(), tmp_path / "accounts.json"
    load_accounts(platform, operator, known)
    [unfinished] = tmp_path.glob("accounts.json.*")
    assert stat.S_IMODE(unfinished.stat().st_mode) == 0o600
    finish(platform, known)
    assert stat.S_IMODE(known.stat().st_mode) == 0o600
    assert not unfinished.exists()


def test_a_load_that_broke_off_goes_on_with_the_same_passwords(tmp_path: Path, operator: Path) -> None:
    known, platform = tmp_path / "accounts.json", FakePlatform(fail_after=5)
    with pytest.raises(CallFailed):
        load_accounts(platform, operator, known)
    before = dict(platform.registered)
    platform.fail_after = None
    load_accounts(platform, operator, known)
    finish(platform, known)
    after = {account.email: account.password for account in read_accounts(known).values()}
    assert before
    assert all(after[email] == password for email, password in before.items())


def test_the_table_names_everyone(tmp_path: Path, operator: Path) -> None:
    platform = FakePlatform()
    load_accounts(platform, operator, tmp_path / "accounts.json")
    text = table(platform.accounts)
    assert all(name in text and account.password in text for name, account in platform.accounts.items())
