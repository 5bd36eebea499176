"""The evaluator that fills in ``action.yml`` in the tests of the action."""

from __future__ import annotations

import pytest

from tests.action.expressions import ExpressionError, condition, evaluate, fill

CONTEXTS = {"inputs": {"python-version": "3.12", "empty": ""}, "steps": {"one": {"outputs": {"a": "b"}}}, "env": {}}
FUNCTIONS = {"success": lambda: False, "always": lambda: True}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("inputs.python-version != ''", True),
        ("inputs.empty || 'other'", "other"),
        ("inputs.empty && 'other'", ""),
        ("steps.one.outputs.a == 'B'", True),
        ("steps.one.outputs.nothing", None),
        ("!(inputs.empty == '') || 1 == 1", True),
        ("'it''s'", "it's"),
    ],
)
def test_values(text: str, value: object) -> None:
    assert evaluate(text, CONTEXTS, FUNCTIONS) == value


@pytest.mark.parametrize("text", ["input.a", "inputs.b", "steps.two.outputs.a", "fail()", "1 +", "(1", "", "'a' 'b'"])
def test_what_it_does_not_know_is_an_error(text: str) -> None:
    with pytest.raises(ExpressionError):
        evaluate(text, CONTEXTS, FUNCTIONS)


def test_texts_and_conditions() -> None:
    assert fill("a ${{ inputs.python-version }}b${{ steps.one.outputs.nothing }}", CONTEXTS, FUNCTIONS) == "a 3.12b"
    assert not condition("${{ inputs.python-version != '' }}", CONTEXTS, FUNCTIONS)  # a step before has failed
    assert condition("always() && inputs.python-version != ''", CONTEXTS, FUNCTIONS)
