"""The page in a real browser: nothing of a hostile report runs, everybody can use it, and it needs no script."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from depaudit.model.verdict import Report
from depaudit.report import render
from tests import clients
from tests.report.browser import Browser, Tab, program, running
from tests.report.hostile import hostile_report, many_findings
from tests.report.sample import passing_report, sample_report

pytestmark = pytest.mark.skipif(program() is None, reason="there is no chromium on this machine")

Show = Callable[..., Tab]

SHAPES = """[...new Set([...document.querySelectorAll("*")].flatMap((element) =>
  [element.localName, ...[...element.attributes].map((held) => `${element.localName} ${held.name}`)]))]"""
NAMES = "[...document.querySelectorAll('bdi.name')].map((name) => name.textContent)"
SHOWN = """[...document.querySelectorAll('[data-item]')].filter((item) => item.checkVisibility())
  .map((item) => item.querySelector('.name').textContent)"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running() as found:
        yield found


@pytest.fixture
def show(browser: Browser, tmp_path: Path) -> Iterator[Show]:
    """Opens a report's page in a tab of its own."""
    tabs: list[Tab] = []

    def opened(report: Report, **how: Any) -> Tab:
        place = tmp_path / f"report-{len(tabs)}.html"
        place.write_text(render(report, "html"), encoding="utf-8")
        tab = browser.tab()
        tabs.append(tab)
        tab.open(place, **how)
        return tab

    yield opened
    for tab in tabs:
        tab.close()


def unfold(tab: Tab) -> None:
    tab.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")


def filtered(tab: Tab, text: str = "", **choices: str) -> list[str]:
    """Type and choose in the filter; the names of the packages that are still to be seen."""
    for control in ("verdict", "ecosystem", "reach", "file"):
        tab.evaluate(
            f"""(() => {{
              const control = document.getElementById("{control}");
              const wanted = {choices.get(control, "")!r};
              const option = [...control.options].find((one) => one.text.startsWith(wanted || "All"));
              control.value = option.value;
              control.dispatchEvent(new Event("change"));
            }})()"""
        )
    tab.evaluate(
        f"""(() => {{
          const box = document.getElementById("text");
          box.value = {text!r};
          box.dispatchEvent(new Event("input"));
        }})()"""
    )
    tab.evaluate("new Promise((done) => setTimeout(done, 200))")
    return list(tab.evaluate(SHOWN))


# --- closed


@pytest.mark.parametrize("scripts", [True, False])
def test_of_a_hostile_report_nothing_runs_and_nothing_is_asked_for(show: Show, *, scripts: bool) -> None:
    plain = show(sample_report(), scripts=scripts)
    tab = show(hostile_report(), scripts=scripts)
    unfold(plain)
    unfold(tab)
    if scripts:
        filtered(tab, "<script>alert(1)</script>")
        filtered(tab)
    own = tab.evaluate("document.URL")
    assert set(tab.requests) - {"data:,"} == {own}
    assert (tab.dialogs, tab.errors) == ([], [])
    assert tab.evaluate("typeof window.x") == "undefined"
    assert set(tab.evaluate(SHAPES)) - set(plain.evaluate(SHAPES)) == set()
    assert tab.evaluate("document.scripts.length + document.styleSheets.length") == 2
    assert tab.evaluate('document.querySelectorAll(\'[href]:not([href^="#"]):not(link[href="data:,"])\').length') == 0


def test_hostile_texts_stand_there_letter_by_letter(show: Show) -> None:
    words = show(hostile_report()).evaluate("document.body.textContent")
    for text in (
        "<script>alert(1)</script> in https://git.example/x.git?...",
        "</script><svg/onload=alert(1)>",
        "\"' onmouseover=alert(1) x='\"",
        "&lt;b&gt; &#60;b&#62; &amp;",
        "${{ github.token }} {{ 7*7 }} {% raw %} {# x #} ${x} $(id)",
        "\\u202etxt.sgnimer\\u202c \\u2066x\\u2069 \\u200f",
        "\\x1b[2J\\x1b[31mred\\x1b[0m\\x9b31m",
        "lone \\udc80 \\ud800 surrogates",
    ):
        assert text in words
    assert "hunter2" not in words


def test_the_policy_lets_no_other_script_or_style_run(show: Show) -> None:
    """What the escaping is for holds even were it forgotten somewhere."""
    tab = show(sample_report())
    tab.evaluate(
        """(() => {
          document.body.insertAdjacentHTML("beforeend",
            "<img src='https://packages.example/x.png' onerror='window.x = 1'><p style='color: red' id='styled'></p>");
          const made = document.createElement("script");
          made.textContent = "window.x = 2";
          document.body.append(made);
        })()"""
    )
    tab.evaluate("new Promise((done) => setTimeout(done, 100))")
    assert tab.evaluate("typeof window.x") == "undefined"
    assert tab.evaluate("document.getElementById('styled').style.color") == ""
    asked = [request for request in tab.requests if request.startswith("http")]
    assert (asked, tab.refused) == (["https://packages.example/x.png"], 1)
    assert len(tab.errors) >= 3


# --- the filter


def test_the_filter(show: Show) -> None:
    tab = show(sample_report())
    inner = [f"inner-{number}" for number in range(1, 13)]
    all_cards = ["fastapii", "@acme/left-padd", "hidden", *inner[:5], "slowpoke"]
    assert filtered(tab) == all_cards
    assert tab.evaluate("document.getElementById('status').textContent") == "19 packages."
    assert filtered(tab, "DOUBLED   letter") == ["fastapii"]
    assert tab.evaluate("document.getElementById('status').textContent") == "1 of 19 packages shown."
    assert filtered(tab, "nothing is called so") == []
    assert tab.evaluate("document.getElementById('nothing').checkVisibility()")
    assert filtered(tab, verdict="Warned") == ["@acme/left-padd", "hidden"]
    assert filtered(tab, ecosystem="npm") == ["@acme/left-padd"]
    assert tab.evaluate("document.getElementById('status').textContent") == (
        "2 of 19 packages shown, 1 of them passed."
    )
    assert filtered(tab, reach="brought in") == ["@acme/left-padd"]
    assert filtered(tab, file="setup.cfg") == ["fastapii"]
    assert filtered(tab, "inner-11") == ["inner-11"]  # unfolded, and alone in its card
    assert filtered(tab, "packages.example") == inner  # said of all of them together
    assert filtered(tab, verdict="Passed") == ["requests", "@types/node", "acme-tools"]
    assert tab.evaluate("document.querySelector('#passed summary').textContent") == "3 packages, 3 shown"
    tab.evaluate("document.getElementById('clear').click()")
    assert tab.evaluate("document.activeElement.id") == "text"
    assert len(tab.evaluate(SHOWN)) == 3 + 3 + 12 + 1
    assert tab.errors == []


def test_by_the_keyboard_alone(show: Show) -> None:
    tab = show(sample_report())
    reached = []
    for _ in range(12):
        tab.press("Tab")
        reached.append(tab.evaluate("((at) => at.id || at.className || at.localName)(document.activeElement)"))
        assert tab.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    assert reached == [
        "skip", "theme", "a", "a", "text", "verdict", "ecosystem", "reach", "file", "summary", "summary", "summary",
    ]  # fmt: skip
    assert not tab.evaluate("document.activeElement.parentElement.open")
    tab.press("Enter", "\r")
    assert tab.evaluate("document.activeElement.parentElement.open")
    tab.evaluate("document.getElementById('text').focus()")
    for letter in "slow":
        tab.press(letter, letter)
    tab.evaluate("new Promise((done) => setTimeout(done, 200))")
    assert tab.evaluate(SHOWN) == ["slowpoke"]


def test_the_theme_can_be_chosen(show: Show) -> None:
    colour = "getComputedStyle(document.body).backgroundColor"
    light, dark = show(sample_report()), show(sample_report(), dark=True)
    colours = (light.evaluate(colour), dark.evaluate(colour))
    assert colours[0] != colours[1]
    for tab, pressed in ((light, "true"), (dark, "false")):
        tab.evaluate("document.getElementById('theme').click()")
        assert tab.evaluate("document.getElementById('theme').getAttribute('aria-pressed')") == pressed
    assert (dark.evaluate(colour), light.evaluate(colour)) == colours


def test_a_command_can_be_copied(show: Show) -> None:
    tab = show(sample_report())
    tab.evaluate(
        "Object.defineProperty(navigator, 'clipboard', {value: {writeText: async (text) => { window.copied = text; }}})"
    )
    tab.evaluate("document.querySelector('[data-copy]').click()")
    assert tab.evaluate("window.copied") == 'depaudit allow npm:@acme/left-padd --reason "..."'
    assert tab.evaluate("document.getElementById('status').textContent") == "The command was copied."


# --- without scripts, on paper, on small screens


def test_without_scripts_all_is_there_and_nothing_that_needs_them(show: Show) -> None:
    with_scripts, without = show(sample_report()), show(sample_report(), scripts=False)
    seen = "document.body.checkVisibility && document.querySelector('main').innerText"
    assert "Filter" not in without.evaluate(seen)
    for control in (".filters", "#theme", "[data-copy]"):
        assert not without.evaluate(f"document.querySelector('{control}').checkVisibility()")
        assert with_scripts.evaluate(f"document.querySelector('{control}').checkVisibility()")
    assert without.evaluate(NAMES) == with_scripts.evaluate(NAMES)
    assert without.evaluate(SHOWN) == with_scripts.evaluate(SHOWN)
    without.evaluate("document.querySelector('.folds summary').click()")  # folds need none
    assert without.evaluate("document.querySelector('.folds details').open")


def test_on_paper_all_is_unfolded(show: Show) -> None:
    tab = show(sample_report(), scripts=False, dark=True)
    tab.call("Emulation.setEmulatedMedia", media="print")
    assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert tab.evaluate(SHOWN)[-3:] == ["requests", "@types/node", "acme-tools"]


@pytest.mark.parametrize("report", [sample_report(), hostile_report()], ids=["sample", "hostile"])
@pytest.mark.parametrize("width", [320, 400, 1280])
def test_nothing_is_wider_than_the_screen(show: Show, report: Report, width: int) -> None:
    tab = show(report, width=width)
    unfold(tab)
    assert tab.evaluate("document.documentElement.scrollWidth") == width
    wide = """[...document.querySelectorAll("main :not(pre *)")].filter((one) => one.getClientRects().length &&
      one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.outerHTML.slice(0, 200))"""
    assert tab.evaluate(wide) == []


def test_ten_thousand_findings_open_and_can_be_filtered(show: Show) -> None:
    tab = show(many_findings(10_000))
    assert tab.evaluate("document.querySelectorAll('[data-item]').length") == 10_000
    tab.evaluate("document.getElementById('text').value = 'package-777'")
    tab.evaluate("document.getElementById('text').dispatchEvent(new Event('input'))")
    tab.evaluate("new Promise((done) => setTimeout(done, 2000))")
    assert tab.evaluate("document.getElementById('status').textContent") == "11 of 10,000 packages shown."


# --- for everybody


@pytest.mark.clients
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [400, 1280])
@pytest.mark.parametrize(
    "report", [sample_report(), hostile_report(), passing_report(3)], ids=["sample", "hostile", "clean"]
)
def test_axe_finds_nothing_serious(show: Show, report: Report, width: int, *, dark: bool) -> None:
    axe = clients.find("axe-core")
    if axe is None:
        pytest.skip(clients.why_not("axe-core"))
    tab = show(report, width=width, dark=dark)
    unfold(tab)
    tab.evaluate(axe.read_text(encoding="utf-8") + "\n;0")
    found = tab.evaluate(
        """axe.run(document, {resultTypes: ["violations"]}).then((told) => told.violations.map((one) =>
          `${one.impact} ${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 200)).join(" | ")}`))"""
    )
    assert found == []
