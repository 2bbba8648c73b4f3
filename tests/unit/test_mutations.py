"""Every mutation finds its place, and its test exists."""

from __future__ import annotations

import pytest

from tests.mutations import ROOT, Mutation
from tests.mutations.__main__ import README, with_table
from tests.mutations.listed import MUTATIONS


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda each: f"{each.promise}-{each.file}")
def test_it_can_be_applied(mutation: Mutation) -> None:
    text = (ROOT / mutation.file).read_text(encoding="utf-8")
    assert mutation.applied(text) != text
    path, _, name = mutation.test.partition("::")
    assert f"def {name}" in (ROOT / path).read_text(encoding="utf-8")


def test_a_place_that_is_gone_is_told() -> None:
    with pytest.raises(ValueError, match="has 0 times"):
        MUTATIONS[0].applied("something else")


def test_the_table_is_that_of_the_list() -> None:
    text = README.read_text(encoding="utf-8")
    assert with_table(text) == text, "write it anew: python -m tests.mutations"
