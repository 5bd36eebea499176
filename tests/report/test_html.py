"""The page: one file that asks for nothing, holds nothing but what the template makes, and says all of the report."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import depaudit.report
from depaudit.model.record import replace
from depaudit.model.verdict import Change, Report, Verdict
from depaudit.report import render
from depaudit.report.page import MAX_PASSED
from tests.report.golden import assert_golden
from tests.report.hostile import SECRET, hostile_report, many_findings
from tests.report.sample import empty_report, evidence, package, passing_report, sample_report, wish

TEMPLATES = Path(depaudit.report.__file__).parent / "templates"
VOID = {"meta", "link", "input", "path", "circle", "use", "br"}
BLOCKS = {
    "p", "li", "h1", "h2", "h3", "h4", "dt", "dd", "summary", "header", "option", "pre", "button", "section", "div",
    "label", "title", "footer",
}  # fmt: skip


class Page(HTMLParser):
    """What a page holds: its elements with their attributes' names, its addresses, its words, its style and script."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.shapes: set[tuple[str, str]] = set()
        self.addresses: set[str] = set()
        self.ids: list[str] = []
        self.headings: list[int] = []
        self.raw: dict[str, str] = {}
        self.lines: list[str] = [""]
        self.open: list[str] = []
        self.policy = ""
        self.feed(text)
        self.close()
        self.words = "\n".join(" ".join(line.split()) for line in self.lines if line.strip()) + "\n"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        self.shapes |= {(tag, name) for name in held} | {(tag, "")}
        self.addresses |= {held[name] or "" for name in ("href", "src", "srcset", "action", "data") if name in held}
        self.ids += [held["id"] or ""] if "id" in held else []
        if held.get("http-equiv") == "Content-Security-Policy":
            self.policy = held["content"] or ""
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)
        if tag in BLOCKS:
            self.lines.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag
        if tag in BLOCKS:
            self.lines.append("")

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("style", "script"):
            self.raw[self.open[-1]] = self.raw.get(self.open[-1], "") + data
        else:
            self.lines[-1] += data


def page(report: Report) -> Page:
    return Page(render(report, "html"))


def test_golden() -> None:
    """All words of the page, block by block."""
    assert_golden("report.html.txt", page(sample_report()).words)


@pytest.mark.parametrize(
    "report", [sample_report(), hostile_report(), empty_report(), passing_report(3)], ids=["all", "hostile", "no", "ok"]
)
def test_the_page_is_sound_and_closed(report: Report) -> None:
    made = page(report)
    assert made.open == []
    assert {address for address in made.addresses if not address.startswith("#")} == {"data:,"}
    assert len(made.ids) == len(set(made.ids))
    assert made.headings.count(1) == 1
    steps = zip(made.headings, made.headings[1:], strict=False)
    assert [(above, below) for above, below in steps if below > above + 1] == []
    targets = {address[1:] for address in made.addresses if address.startswith("#")}
    assert targets <= set(made.ids)
    hashes = {kind: base64.b64encode(hashlib.sha256(text.encode()).digest()) for kind, text in made.raw.items()}
    assert made.policy == (
        f"default-src 'none'; style-src 'sha256-{hashes['style'].decode()}'; "
        f"script-src 'sha256-{hashes['script'].decode()}'; base-uri 'none'; form-action 'none'; img-src data:"
    )


def test_a_hostile_report_adds_nothing_to_the_page_but_words() -> None:
    ours = {shape for report in (sample_report(), _changed(sample_report())) for shape in page(report).shapes}
    hostile = page(hostile_report())
    assert hostile.shapes - ours == set()
    assert not any(tag in {"iframe", "img", "object", "form", "base", "a-x"} for tag, _ in hostile.shapes)
    assert not any(name.startswith("on") or name == "style" for _, name in hostile.shapes)
    assert {address for address in hostile.addresses if not address.startswith("#")} == {"data:,"}


def test_whatever_moves_hides_or_reorders_is_written_out() -> None:
    text = render(hostile_report(), "html")
    assert SECRET not in text
    assert text.isascii()  # it can be printed in any encoding, and the policy's hashes still hold
    words = page(hostile_report()).words
    assert {letter for letter in words if not letter.isprintable()} == {"\n"}
    assert not re.search("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]", words)


def test_only_our_own_style_and_script_are_not_escaped() -> None:
    template = (TEMPLATES / "report.html").read_text(encoding="utf-8")
    assert re.findall(r"{{[^}]*\|\s*safe[^}]*}}", template) == ["{{ style|safe }}", "{{ script|safe }}"]
    assert "autoescape" not in template
    assert not re.search(r"=\s*{{", template), "every attribute stands in quotes"
    assert "</style" not in (TEMPLATES / "report.css").read_text(encoding="ascii")
    script = (TEMPLATES / "report.js").read_text(encoding="ascii")
    assert not re.search(r"</script|<!--|innerHTML|outerHTML|insertAdjacent|document\.write|eval|fetch\(", script)


def test_what_was_compared_and_what_takes_effect_once_merged() -> None:
    change = Change(base="0123456789abcdef0123456789abcdef01234567", head="work tree", files=2)
    subject = package(wish("fastapii"))
    decision = replace(sample_report().decisions[-1], package=subject, pending="depaudit.toml:3")
    words = page(replace(sample_report(), decisions=(decision,), change=change)).words
    assert "Compared with 0123456." in words
    assert "This change brings its own exception (depaudit.toml:3); it takes effect once merged." in words
    assert "\nBase\n0123456789abcdef0123456789abcdef01234567\nHead\nwork tree\n" in words


def test_a_change_that_adds_nothing_is_one_calm_line() -> None:
    change = Change(base="0123456789abcdef0123456789abcdef01234567", head="work tree")
    words = page(replace(empty_report(), change=change)).words
    assert "\nThis change adds no dependency\nCompared with 0123456.\n" in words
    assert "Findings" not in words


@pytest.mark.parametrize(
    ("report", "headline"),
    [
        (sample_report(), "1 package is blocked"),
        (empty_report(), "There are no packages to judge"),
        (passing_report(1), "The one package passed"),
        (passing_report(1_234), "All 1,234 packages passed"),
        (replace(passing_report(1), complete=False), "The audit is incomplete"),
        (replace(passing_report(1), problems=sample_report().problems), "2 input errors: not everything was read"),
    ],
)
def test_the_headline(report: Report, headline: str) -> None:
    made = page(report)
    assert f"\n{headline}\n" in made.words
    assert made.words.startswith(f"{headline} · depaudit\n")


@pytest.mark.parametrize(
    ("verdict", "number", "headline"),
    [
        (Verdict.BLOCK, 2, "2 packages are blocked"),
        (Verdict.WARN, 1, "1 package needs a look"),
        (Verdict.WARN, 2, "2 packages need a look"),
        (Verdict.UNKNOWN, 1, "1 package could not be judged"),
    ],
)
def test_the_headline_tells_the_worst(verdict: Verdict, number: int, headline: str) -> None:
    decisions = [replace(d, verdict=verdict) for d in passing_report(number).decisions]
    report = replace(passing_report(3), decisions=(*passing_report(3).decisions, *decisions))
    assert f"\n{headline}\n" in page(report).words


def test_who_brings_it_in() -> None:
    lock = "uv.lock"
    decisions = [
        replace(passing_report(1).decisions[0], package=subject, evidence=evidence(subject))
        for subject in (
            package(wish("flask", f"{lock}:1", version="3.0", required_by=("my-app",))),
            package(wish("werkzeug", f"{lock}:9", version="3.0", direct=False, required_by=("flask",))),
        )
    ]
    subject = package(wish("markupsafee", f"{lock}:20", version="1.0", direct=False, required_by=("werkzeug", "other")))
    blocked = replace(sample_report().decisions[-1], package=subject)
    words = page(replace(passing_report(0), decisions=(*decisions, blocked))).words
    assert "\nBrought in by\nflask ›, which needs werkzeug\nother\nuv.lock:20\n" in words


def test_places_and_ways_are_bounded() -> None:
    many = tuple(f"parent-{number}" for number in range(1_000))
    subject = package(
        *(wish("fastapii", f"r{number}.txt:1") for number in range(300)),
        wish("fastapii", "uv.lock:2", direct=False, required_by=many),
    )
    report = sample_report()
    words = page(replace(report, decisions=(replace(report.decisions[-1], package=subject),))).words
    assert "\nr3.txt:1\n96 more\nr4.txt:1\n" in words
    assert "\nand 200 not listed here\n" in words
    assert "\nparent-3\n96 more\nparent-4\n" in words
    assert "\nand 900 not listed here\n" in words


def test_of_very_many_that_passed_some_are_only_counted() -> None:
    words = page(passing_report(MAX_PASSED + 7)).words
    assert "\n5,007 packages\n" in words
    assert "\n7 more are not listed here; the JSON report names them all.\n" in words


def test_every_finding_is_there_however_many_there_are() -> None:
    text = render(many_findings(3_000), "html")
    assert all(f'<bdi class="name">package-{number}</bdi>' in text for number in range(3_000))


def _changed(report: Report) -> Report:
    """``report`` with what the plain one has no example of."""
    first = replace(report.decisions[-1], pending="depaudit.toml:3", incomplete=True, not_checked=("age",))
    named = package(wish("fastapii", "<command line>:1"))
    return replace(report, decisions=(*report.decisions, first, replace(first, package=named)))
