"""Reads our Markdown as GitHub does: CommonMark with tables and HTML, then what GitHub looks for in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

_PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])

OPEN = re.compile(r"<details>\n<summary>[^<>]+(?: <code>[^<>]*</code>)?</summary>\n")
CLOSE = "</details>\n"
BLOCKS = {
    "paragraph", "bullet_list", "list_item", "table", "thead", "tbody", "tr", "th", "td", "fence", "html_block",
    "inline",
}  # fmt: skip
INLINES = {"text", "code_inline", "strong_open", "strong_close"}
# https://docs.github.com/get-started/writing-on-github: what GitHub turns into links, notifications, pictures, formulas
CALLS = re.compile(
    r"@[A-Za-z0-9]|#\d|GH-\d|[0-9a-f]{7,}|://|www\.|\w@\w|:[a-z0-9_+-]+:|\$|[<>`*_~|\\\[\]]|&\w", re.IGNORECASE
)


def tokens(text: str) -> list[Token]:
    """The blocks of ``text``."""
    return _PARSER.parse(text)


def inlines(text: str) -> Iterator[Token]:
    """Everything inside the blocks of ``text``."""
    for token in tokens(text):
        yield from token.children or ()


def assert_inert(text: str) -> None:
    """Nothing in ``text`` is marked up but what the report itself marks up, and GitHub finds nothing to link to."""
    kinds = {token.type.removesuffix("_open").removesuffix("_close") for token in tokens(text)}
    assert kinds <= BLOCKS
    assert {token.type for token in inlines(text)} <= INLINES
    for token in inlines(text):
        if token.type == "text":
            assert CALLS.search(token.content) is None, token.content
    depth = 0
    for token in tokens(text):
        if token.type == "html_block":
            assert token.content == CLOSE or OPEN.fullmatch(token.content), token.content
            depth += -1 if token.content == CLOSE else 1
            assert depth in (0, 1)
    assert depth == 0


def table(text: str) -> list[list[str]]:
    """The cells of the one table of ``text``, as they are read: the header's row first. Empty without a table."""
    rows: list[list[str]] = []
    every = tokens(text)
    assert sum(token.type == "table_open" for token in every) <= 1
    for token, following in pairwise(every):
        if token.type == "tr_open":
            rows.append([])
        elif token.type in ("th_open", "td_open"):
            rows[-1].append("".join(part.content for part in following.children or ()))
    return rows
