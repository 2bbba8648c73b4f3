"""The rules of the marketplace, pure: money, places of stock, passports, walking time."""

from services.marketplace.domain.money import Split, commission_on, split, with_zeros
from services.marketplace.domain.passport import Head, Signer, append, hands, verify_chain
from services.marketplace.domain.stock import ORDERED, STUDIO, for_sale, problem_with_popup_id
from services.marketplace.domain.walk import walk_minutes

__all__ = [
    "ORDERED",
    "STUDIO",
    "Head",
    "Signer",
    "Split",
    "append",
    "commission_on",
    "for_sale",
    "hands",
    "problem_with_popup_id",
    "split",
    "verify_chain",
    "walk_minutes",
    "with_zeros",
]
