"""The read side of accounts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kernel.errors import NotFound
from kernel.mongo import RawDatabase
from kernel.pagination import page

SHOWN = ("email", "name", "language", "roles", "created_at")


def account_view(row: Mapping[str, Any]) -> dict[str, Any]:
    """An account without what nobody sees: its password's hash."""
    return {"id": row["_id"], **{name: row[name] for name in SHOWN}}


def get_account(db: RawDatabase, account_id: str) -> dict[str, Any]:
    """One account. Raises NotFound."""
    row = db.accounts.find_one({"_id": account_id}, dict.fromkeys(SHOWN, 1))
    if row is None:
        raise NotFound("There is no such account.")
    return account_view(row)


def list_accounts(db: RawDatabase, query: Mapping[str, Any], email_key: str | None) -> dict[str, Any]:
    """Accounts, oldest first; the one of an address when it is given."""
    filter = {"email_key": email_key} if email_key else {}
    return page(db.accounts, filter, sort=[("_id", 1)], query=query, project=account_view)


def credentials_of(db: RawDatabase, email_key: str) -> dict[str, Any] | None:
    """The row that a sign-in is checked against, or None."""
    return db.accounts.find_one({"email_key": email_key})
