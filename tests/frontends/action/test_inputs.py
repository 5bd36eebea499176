"""The action's inputs out of the environment."""

from __future__ import annotations

import pytest

from depaudit.errors import UsageError
from depaudit.frontends.action.inputs import MAX_LENGTH, Inputs, read_inputs


def given(**values: str) -> dict[str, str]:
    return {f"DEPAUDIT_INPUT_{name.upper()}": value for name, value in values.items()}


def test_nothing_given() -> None:
    assert read_inputs({}) == Inputs()


def test_everything_given() -> None:
    values = given(
        paths="web\n\n ./api//requirements.txt \r\nweb/\n.",
        base="origin/main",
        fail_on="warn",
        policy="ci/policy.toml",
        accept_policy="dependencies accepted",
        sarif_file="out.sarif",
        comment="always",
        token="ghs_secret",
        offline="True",
        gate="true",
        mode="verify",
    )
    assert read_inputs(values) == Inputs(
        paths=("web", "api/requirements.txt", "."),
        base="origin/main",
        fail_on="warn",
        policy="ci/policy.toml",
        accept_policy="dependencies accepted",
        sarif_file="out.sarif",
        comment="always",
        token="ghs_secret",
        offline=True,
        gate=True,
        mode="verify",
    )
    assert "ghs_secret" not in repr(read_inputs(values))


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("fail_on", "Block", "The input fail-on is 'Block'. Write block, warn or never."),
        ("comment", "yes", "The input comment is 'yes'. Write auto, always or never."),
        ("mode", "gate", "The input mode is 'gate'. Write audit or verify."),
        ("offline", "yes", "The input offline is 'yes'. Write true or false."),
        ("gate", "1", "The input gate is '1'. Write true or false."),
        ("base", "a\nb", "The input base is 'a\\nb', of more than one line. Write it on one line."),
        ("policy", "a\x1b[2J", "The input policy is 'a\\x1b[2J', of more than one line. Write it on one line."),
        ("base", "x" * (MAX_LENGTH + 1), "The input base has more than 65,536 characters."),
        (
            "paths",
            "\n".join(f"p{n}" for n in range(1001)),
            "The input paths names more than 1,000 paths. Name folders.",
        ),
    ],
)
def test_what_is_wrong_is_named(name: str, value: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_inputs(given(**{name: value}))
    assert str(caught.value) == said


@pytest.mark.parametrize("path", ["/etc", "..", "a/../../b", "C:/x", "C:\\x", "\\\\host\\share", "a\x07"])
def test_a_path_lies_in_the_repository(path: str) -> None:
    with pytest.raises(UsageError, match="does not lie in the repository"):
        read_inputs(given(paths=path))
