"""A report in which everything that others wrote is an attack, and one with as many findings as asked for.

Every format is rendered from both and proven not to break out of its own grammar. Texts stand wherever a record can
hold foreign text, also where a parser would have refused them: a format must not rely on what came before it.
"""

from __future__ import annotations

from datetime import date, timedelta

from depaudit.model.evidence import Absent, Found, Unknown
from depaudit.model.finding import Fact, Finding, Severity
from depaudit.model.names import Ecosystem, NormalizedName
from depaudit.model.problem import Problem
from depaudit.model.requirement import REGISTRY, Location, Package, Requirement, Source, SourceKind
from depaudit.model.route import Foreign, Route
from depaudit.model.verdict import Change, Decision, NetworkUse, Report, Suppression, Verdict
from tests.report.sample import NOW, SNAPSHOT, bundled, evidence, package, project, wish

SECRET = "hunter2"
"""The one credential of the report: no format may show it."""

SECRET_URL = f"https://user:{SECRET}@git.example/x.git?token={SECRET}"

ATTACKS = (
    "%0A::set-output name=x::y",
    "\n::error::forged",
    "\r::warning file=a.txt::forged\r\n##[error]forged",
    "##[set-env name=PATH;]forged",
    "::stop-commands::word\n::add-mask::a",
    "]]>",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"' onmouseover=alert(1) x='\"",
    "</script><svg/onload=alert(1)>",
    "</title></style></textarea><iframe srcdoc='<script>alert(1)</script>'>",
    "a | b || c \\| d \\\\| e",
    "`code` ``code`` ```code```",
    "\n```\n# Heading\n~~~\n",
    "${{ github.token }} {{ 7*7 }} {% raw %} {# x #} ${x} $(id)",
    "\x1b[2J\x1b[31mred\x1b[0m\x9b31m",
    "\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x07",
    "\u202etxt.sgnimer\u202c \u2066x\u2069 \u200f",
    "zero\u200bwidth\u200d\ufeff\u00ad\u2060",
    "[x](javascript:alert(1)) [y]: https://evil.example [x]",
    "![](https://evil.example/x.png)",
    "<https://evil.example> https://evil.example www.evil.example evil@evil.example",
    "@everyone @octocat @acme/team",
    "#1 GH-1 acme/app#1 0123456789abcdef0123456789abcdef01234567",
    "<!-- depaudit:KEY -->",
    "--> <!--",
    "</details></summary></table>",
    "&lt;b&gt; &#60;b&#62; &amp;",
    "*bold* _it_ ~~no~~ :tada: $x^2$ $`x`$",
    "\n\n---\n\n> quote\n- list\n1. list\n    code\n\n| a |\n| - |\n| b |",
    "lone \udc80 \ud800 surrogates",
    "nul \x00 bell \x07 back \x08\x08 del \x7f line \u2028\u2029\x85 end",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "../../../../etc/passwd",
    "C:\\windows\\system32",
    "\\",
    "`",
    " ",
    "",
)
"""One way each of breaking out of a log, a terminal, Markdown, HTML, XML, JSON or a template."""

LONG_PATH = "/".join(["d" * 49] * 6)[:300]
LONG_TEXT = "<b>|`\n::error::" + "A" * 100_000
TEXTS = (*ATTACKS, LONG_PATH, LONG_TEXT)

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def hostile_report() -> Report:
    """Every verdict, an exception, a pending one, input errors, notes, limits, a change; each text in each place."""
    decisions: list[Decision] = []
    for number, text in enumerate(TEXTS):
        decisions += [_blocked(number, text), _warned(number, text), _unknown(number, text), _passed(number, text)]
    decisions += [_misnamed(), *(_same(number) for number in range(12))]
    return Report(
        decisions=tuple(decisions),
        problems=tuple(
            Problem(path=text, message=f"{text} in {SECRET_URL}", mend=text, line=number or None, column=number or None)
            for number, text in enumerate(TEXTS)
        ),
        tool_version="1.2.3",
        snapshot=SNAPSHOT,
        started=NOW,
        ended=NOW + timedelta(seconds=2),
        complete=False,
        network=NetworkUse(requests=12, from_cache=8, limits_hit=(*TEXTS, SECRET_URL)),
        not_checked=("advisories", *TEXTS),
        not_audited=tuple((text, number + 1) for number, text in enumerate(TEXTS)),
        files=6,
        excluded=1,
        notes=(*TEXTS, f"an index of {SECRET_URL} was left out"),
        change=Change(base=COMMIT, head="work tree", files=6),
    )


def many_findings(count: int) -> Report:
    """``count`` packages with one finding each: six of ten blocked, three warned, one unknown; all but the unknown
    say something of their own, so that nothing can be said of them together."""
    return Report(
        decisions=tuple(_one_of_many(number) for number in range(count)),
        tool_version="1.2.3",
        snapshot=SNAPSHOT,
        started=NOW,
        ended=NOW + timedelta(seconds=20),
        complete=count < 10,
        network=NetworkUse(requests=count),
        files=1,
    )


def _requirement(name: str, text: str, number: int, ecosystem: Ecosystem, kind: SourceKind) -> Requirement:
    return Requirement(
        ecosystem=ecosystem,
        name=NormalizedName(name),
        raw_name=text,
        requested=f"{text} @ {SECRET_URL}",
        specifier=text,
        pinned_version=text,
        marker=text,
        source=REGISTRY if kind is SourceKind.REGISTRY else Source(kind=kind, url=SECRET_URL),
        groups=("main", text),
        direct=number % 2 == 0,
        required_by=(text,),
        alias=text,
        location=Location(path=text, line=number + 1, column=number + 1, pointer=text),
    )


def _package(name: str, text: str, number: int, kind: SourceKind = SourceKind.REGISTRY) -> Package:
    ecosystem = Ecosystem.NPM if number % 2 else Ecosystem.PYPI
    return package(
        _requirement(name, text, number, ecosystem, kind),
        _requirement(name, f"{text}/requirements.txt", number, ecosystem, kind),
    )


def _finding(rule: str, severity: Severity, text: str) -> Finding:
    return Finding(
        rule=rule,
        severity=severity,
        message=f"{text} in {SECRET_URL}",
        facts=(
            Fact(label="summary_text", value=text, source=text),
            Fact(label="target", value=text, source=SECRET_URL),
            Fact(label="url", value=SECRET_URL),
            Fact(label="age_days", value=9),
            Fact(label="score", value=9.5),
            Fact(label="listed", value=True),
            Fact(label="nothing", value=None),
        ),
        suggestions=(text, f"npm:{text}"),
    )


def _suppression(text: str) -> Suppression:
    return Suppression(
        finding=_finding("install-script", Severity.MEDIUM, text),
        pattern=text,
        reason=text,
        until=date(2027, 3, 1),
        where=text,
    )


def _blocked(number: int, text: str) -> Decision:
    subject = _package(f"blocked-{number}", text, number)
    return Decision(
        package=subject,
        evidence=evidence(subject, Absent(text), known=bundled(subject.ecosystem)),
        verdict=Verdict.BLOCK,
        findings=(
            _finding("nonexistent", Severity.CRITICAL, text),
            _finding("typo-adjacent", Severity.HIGH, text),
            _finding("low-downloads", Severity.LOW, text),
        ),
        suppressed=(_suppression(text),),
        not_checked=(text,),
        incomplete=True,
        pending=f"{text}:{number + 1}",
    )


def _warned(number: int, text: str) -> Decision:
    subject = _package(f"@octocat/warned-{number}", text, number, SourceKind.GIT)
    return Decision(
        package=subject,
        evidence=evidence(subject, Unknown(text, asked=False), known=bundled(subject.ecosystem)),
        verdict=Verdict.WARN,
        findings=(_finding("unverified-source", Severity.MEDIUM, text),),
    )


def _unknown(number: int, text: str) -> Decision:
    subject = _package(f"unknown-{number}", text, number)
    return Decision(
        package=subject,
        evidence=evidence(
            subject,
            Unknown(text),
            known=bundled(subject.ecosystem),
            route=Route(indexes=(), foreign=(Foreign(url=SECRET_URL),)),
        ),
        verdict=Verdict.UNKNOWN,
        unknown_because=f"{text} ({SECRET_URL})",
        not_checked=(text,),
    )


def _passed(number: int, text: str) -> Decision:
    subject = _package(f"passed-{number}", text, number)
    return Decision(
        package=subject,
        evidence=evidence(subject, Found(project(subject.name, subject.ecosystem), text)),
        verdict=Verdict.PASS,
        findings=(_finding("deprecated", Severity.LOW, text),),
        suppressed=(_suppression(text),),
    )


def _misnamed() -> Decision:
    """What no grammar would let through: the name itself is the attack."""
    name = "x](javascript:alert(1))|`<img src=x onerror=alert(1)>\n::error::\u202e%0A" + "n" * 300
    subject = package(wish(name, f"{LONG_PATH}/requirements.txt:1000000000"))
    return Decision(
        package=subject,
        evidence=evidence(subject, Absent("pypi"), known=bundled()),
        verdict=Verdict.BLOCK,
        findings=(_finding("denied", Severity.CRITICAL, name),),
    )


def _same(number: int) -> Decision:
    """Of each of these the same is said: reports for people join them."""
    subject = package(wish(f"same-{number}", f"evil|`path`\n<b>/requirements.txt:{number + 1}"))
    return Decision(
        package=subject,
        evidence=evidence(subject, Absent("pypi"), known=bundled()),
        verdict=Verdict.BLOCK,
        findings=(
            Finding(
                rule="nonexistent", severity=Severity.CRITICAL, message=f"{subject.name} is <b>free</b> for | anyone."
            ),
        ),
    )


def _one_of_many(number: int) -> Decision:
    name, line = f"package-{number}", number + 1
    if number % 10 < 6:
        subject = package(wish(name, f"requirements.txt:{line}"))
        return Decision(
            package=subject,
            evidence=evidence(subject, Absent("pypi"), known=bundled()),
            verdict=Verdict.BLOCK,
            findings=(
                Finding(
                    rule="nonexistent",
                    severity=Severity.CRITICAL,
                    message=f"PyPI knows no {name}: whoever registers the name first decides what you would install.",
                    suggestions=(f"pakage-{number}",),
                ),
            ),
        )
    if number % 10 < 9:
        subject = package(wish(name, f"requirements.txt:{line}"))
        return Decision(
            package=subject,
            evidence=evidence(subject, Found(project(name, age=number % 20, releases=1), "pypi"), known=bundled()),
            verdict=Verdict.WARN,
            findings=(
                Finding(
                    rule="new-package",
                    severity=Severity.MEDIUM,
                    message=f"{name} was first published {number % 20} days ago, and {number} people looked at it.",
                    facts=(Fact(label="age_days", value=number % 20, source="pypi"),),
                ),
            ),
        )
    subject = package(wish(name, f"requirements.txt:{line}"))
    return Decision(
        package=subject,
        evidence=evidence(subject, Unknown("timed out"), known=bundled()),
        verdict=Verdict.UNKNOWN,
        findings=(Finding(rule="foreign-index", severity=Severity.MEDIUM, message=f"{name} is of a foreign index."),),
        unknown_because="PyPI gave no answer (timed out)",
    )
