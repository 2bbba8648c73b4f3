"""What changes accounts."""

from __future__ import annotations

from typing import Any

from gateway import views
from gateway.models import Account
from gateway.schemas import SELF_SERVICE_ROLES
from kernel.commands import Command
from kernel.errors import Conflict, NotFound
from kernel.ids import new_id
from kernel.unit_of_work import UnitOfWork


def email_key(email: str) -> str:
    """What makes two spellings of an e-mail address the same one here: case does not."""
    return email.strip().casefold()


def register(cmd: Command, uow: UnitOfWork, *, password_hash: str) -> dict[str, Any]:
    """Make an account. The password comes hashed and stands in no body, so nothing derived from it is kept elsewhere.

    Raises Conflict when the address has an account; it says nothing about that account.
    """
    if Account.objects(email_key=email_key(cmd.body["email"])).first():
        raise Conflict(
            "No account can be made with this e-mail address. If it is yours, sign in instead.",
            errors={"email": ["Sign in, or use another address."]},
        )
    account = _new_account(cmd.body, {"visitor", *cmd.body["roles"]}, password_hash, uow)
    account.save(force_insert=True)
    return views.account_view(account.to_mongo())


def change_roles(cmd: Command, uow: UnitOfWork) -> dict[str, Any]:
    """Give roles to an account and take roles from it; what is so already stays so.

    Operators cannot take the operator's role from themselves, so that one always remains.
    """
    account = Account.objects(id=cmd.path["account_id"]).first()
    if account is None:
        raise NotFound("There is no such account.")
    if account.id == cmd.actor.id and "operator" in cmd.body["remove"]:
        raise Conflict("Another operator has to take this role from you, so that one remains.")
    roles = (set(account.roles) | set(cmd.body["add"])) - set(cmd.body["remove"])
    account.roles = sorted(roles | {"visitor"})
    account.updated_at = uow.now()
    account.save()
    return views.account_view(account.to_mongo())


def install_operator(email: str, password_hash: str, language: str, uow: UnitOfWork) -> dict[str, Any]:
    """Make the account of an operator, or give an existing account that role and this password; safe to repeat."""
    account = Account.objects(email_key=email_key(email)).first()
    if account is None:
        draft = {"email": email, "name": "Operator", "language": language}
        account = _new_account(draft, {"operator", *SELF_SERVICE_ROLES[:1]}, password_hash, uow)
    account.roles = sorted({*account.roles, "operator"})
    account.password_hash = password_hash
    account.updated_at = uow.now()
    account.save()
    return views.account_view(account.to_mongo())


def _new_account(draft: dict[str, Any], roles: set[str], password_hash: str, uow: UnitOfWork) -> Account:
    return Account(
        id=new_id(),
        email=draft["email"].strip(),
        email_key=email_key(draft["email"]),
        name=draft["name"],
        language=draft["language"],
        roles=sorted(roles),
        password_hash=password_hash,
        created_at=uow.now(),
        updated_at=uow.now(),
    )
