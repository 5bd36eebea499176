from __future__ import annotations

import pytest

from depaudit.parsers.requirement_options import read_options, split_line


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("foo", ("foo", "")),
        ("foo --hash=x", ("foo", "--hash=x")),
        ("-r x", ("", "-r x")),
        ("foo-bar - x", ("foo-bar", "- x")),
        ("foo\t--hash=x", ("foo\t--hash=x", "")),
        ("a; python_version < '3' --hash=x", ("a; python_version < '3'", "--hash=x")),
    ],
)
def test_options_begin_at_the_first_word_with_a_dash(text: str, parts: tuple[str, str]) -> None:
    assert split_line(text) == parts


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("-r a.txt", {"requirement": ["a.txt"]}),
        ("-ra.txt", {"requirement": ["a.txt"]}),
        ("--requirement=a.txt", {"requirement": ["a.txt"]}),
        ("--requirement a.txt", {"requirement": ["a.txt"]}),
        ("--requirem a.txt", {"requirement": ["a.txt"]}),
        ("--requirement 'a b.txt'", {"requirement": ["a b.txt"]}),
        ("-c c.txt", {"constraint": ["c.txt"]}),
        ("-e .[dev] ; os_name == 'x'", {"editable": [".[dev]"]}),
        ("-i https://h/s", {"index": ["https://h/s"]}),
        ("--pypi-url https://h/s", {"index": ["https://h/s"]}),
        ("--extra-index-url=https://h --extra-index-url https://i", {"extra": ["https://h", "https://i"]}),
        ("-f ./links", {"find-links": ["./links"]}),
        ("--hash=sha256:00 --hash sha512:11", {"hash": ["sha256:00", "sha512:11"]}),
        ("--pre --prefer-binary --require-hashes --no-binary :all: --only-binary=x", {}),
        ("--trusted-host h --use-feature=x --global-option=a -C a=b", {"config": ["a=b"]}),
        ("--config-setting a=b --config-settings=c=d", {"config": ["a=b", "c=d"]}),
        ("- word -- -r x", {}),
    ],
)
def test_takes_what_pip_takes(text: str, values: dict[str, list[str]]) -> None:
    options = read_options(text)
    assert (options.values, options.no_index, options.problems) == (values, False, [])


def test_no_index() -> None:
    assert read_options("--no-index").no_index


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("--foo", "pip knows no option '--foo' in a requirements file."),
        ("--foo=bar", "pip knows no option '--foo' in a requirements file."),
        ("-x", "pip knows no option '-x' in a requirements file."),
        ("--user", "pip knows no option '--user' in a requirements file."),
        ("--require x", "The option '--require' is short for several: --requirement, --require-hashes."),
        ("--pre=1", "The option --pre takes no value."),
        ("-r", "The option -r has no value."),
        ("--hash=00", "'00' is no hash that pip takes."),
        ("--hash=md5:00", "'md5:00' is no hash that pip takes."),
        ("-C novalue", "The option --config-settings has 'novalue', which is no setting."),
        ("-r 'x", "A quotation mark is not closed here."),
    ],
)
def test_says_what_pip_refuses(text: str, message: str) -> None:
    options = read_options(text)
    assert [told for told, _ in options.problems] == [message]
    assert all(mend for _, mend in options.problems)
