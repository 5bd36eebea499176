"""One configuration file: every key read, every mistake refused with its line and what to write instead."""

from __future__ import annotations

import contextlib
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depaudit.errors import ConfigError
from depaudit.model.finding import Severity
from depaudit.model.requirement import Origin
from depaudit.policy.config import FailOn, OnError
from depaudit.policy.exceptions import Allow, Deny
from depaudit.policy.patterns import parse_pattern
from depaudit.policy.rule_ids import RULE_IDS
from depaudit.policy.settings import Settings, parse_settings

EVERYTHING = """\
fail-on = "warn"
min-package-age = "2w"
min-release-age = "12h"
min-downloads = 100
exclude = ["tests/fixtures/**"]
on-error = "allow"
require = ["advisories"]
max-requests = 500
foreign-indexes = "anonymous"
file-hosts = ["Files.Example.com"]
private = ["acme-*", "@acme/*"]
indexes = { pypi = "https://pypi.example/simple", npm = "https://npm.example/" }

[services]
osv = "off"
pypi-json = "https://json.example/pypi"

[[index]]
url = "https://mirror.example/simple/"
public = true

[[index]]
url = "file:///srv/wheels"

[rules]
low-downloads = "off"
"new-package" = "high"

[[allow]]
name = "pypi:reqests-internal"
rules = ["typo-adjacent"]
reason = " ours, reviewed "
until = 2027-03-01

[[allow]]
name = "npm:@acme/*"
reason = "ours"
until = "2027-03-02"

[[deny]]
name = "npm:left-pad"
reason = "use String.prototype.padStart"
"""


def read(text: str, *, pyproject: bool = False) -> Settings | None:
    return parse_settings(text, path="depaudit.toml", origin=Origin.TREE, pyproject=pyproject)


def test_every_key() -> None:
    assert read(EVERYTHING) == Settings(
        source="depaudit.toml",
        origin=Origin.TREE,
        fail_on=FailOn.WARN,
        min_package_age=timedelta(days=14),
        min_release_age=timedelta(hours=12),
        min_downloads=100,
        exclude=("tests/fixtures/**",),
        on_error=OnError.ALLOW,
        require=("advisories",),
        max_requests=500,
        foreign_indexes="anonymous",
        file_hosts=("files.example.com",),
        private=("acme-*", "@acme/*"),
        indexes=(("pypi", "https://pypi.example/simple/"), ("npm", "https://npm.example/")),
        services=(("pypi-json", "https://json.example/pypi/"), ("osv", "off")),
        index=(("https://mirror.example/simple/", True), ("file:///srv/wheels/", False)),
        rules=(("low-downloads", None), ("new-package", Severity.HIGH)),
        allow=(
            Allow(
                pattern=parse_pattern("pypi:reqests-internal"),
                rules=("typo-adjacent",),
                reason="ours, reviewed",
                until=date(2027, 3, 1),
                where="depaudit.toml:29",
            ),
            Allow(
                pattern=parse_pattern("npm:@acme/*"), reason="ours", until=date(2027, 3, 2), where="depaudit.toml:35"
            ),
        ),
        deny=(
            Deny(
                pattern=parse_pattern("npm:left-pad"), reason="use String.prototype.padStart", where="depaudit.toml:40"
            ),
        ),
    )


def test_nothing_said() -> None:
    nothing = Settings(source="depaudit.toml", origin=Origin.TREE)
    assert read("") == nothing
    assert read("\ufeff# a comment\n") == nothing
    assert read("[tool.depaudit]\n", pyproject=True) == nothing
    assert read('[project]\nname = "x"\n', pyproject=True) is None
    assert read('tool = "x"\n', pyproject=True) is None


def test_places_in_pyproject() -> None:
    text = '[project]\nname = "x"\n\n[[tool.depaudit.deny]]\nname = "left-pad"\nreason = "no"\n'
    found = read(text, pyproject=True)
    assert found is not None
    assert found.deny == (Deny(pattern=parse_pattern("left-pad"), reason="no", where="depaudit.toml:4"),)
    with pytest.raises(ConfigError) as caught:
        read('[project]\n\n[tool.depaudit]\nfail_on = "warn"\n', pyproject=True)
    assert str(caught.value) == "depaudit.toml:4: 'fail_on' is no key of the configuration. Did you mean fail-on?"


MISTAKES = [
    ('\n\nfial-on = "warn"', "3: 'fial-on' is no key of the configuration. Did you mean fail-on?"),
    (
        "zzz = 1",
        (
            "1: 'zzz' is no key of the configuration. Known are allow, deny, exclude, fail-on, file-hosts, "
            "foreign-indexes, index, indexes, max-requests, min-downloads, min-package-age, min-release-age, "
            "on-error, private, require, rules, services."
        ),
    ),
    ('fail-on = "blok"', "1: fail-on must be 'never', 'block' or 'warn', not 'blok'. Did you mean block?"),
    (
        "fail-on = true",
        "1: fail-on must be 'never', 'block' or 'warn', not true or false.",
    ),
    (
        "min-package-age = 30",
        '1: min-package-age must be a time, not a number. Write "12h", "30d" or "2w" (hours, days, weeks).',
    ),
    (
        'min-release-age = "3 days"',
        '1: min-release-age must be a time, not \'3 days\'. Write "12h", "30d" or "2w" (hours, days, weeks).',
    ),
    ('min-package-age = "999999w"', "1: min-package-age is longer than a hundred years."),
    ("min-downloads = -1", "1: min-downloads must be from 0 to 1000000000000."),
    ("min-downloads = true", "1: min-downloads must be a whole number, not true or false."),
    ("max-requests = 0", "1: max-requests must be from 1 to 10000000."),
    ("max-requests = 2.5", "1: max-requests must be a whole number, not a fraction."),
    ('exclude = "a"', '1: exclude must be a list of texts, not a text. Write exclude = ["…"].'),
    ('exclude = [\n"a",\n""]', '1: exclude[1] must be text, not an empty text. Write "…".'),
    ('exclude = ["a\\u001b"]', '1: exclude[0] is no path pattern. Write "tests/fixtures/**".'),
    ('require = ["downlods"]', "1: require names evidence that nothing checks. Did you mean downloads?"),
    ('file-hosts = ["https://x"]', '1: file-hosts[0] must be a host\'s name. Write "files.example.com".'),
    ("indexes = []", "1: indexes must be a table, not a list."),
    (
        '[indexes]\npypi = "https://user:hunter2@pypi.example/simple/"',
        (
            "2: pypi holds a user or password, which belong in .netrc or in the client's own configuration. "
            'Write a base URL such as "https://host.example/path/".'
        ),
    ),
    (
        '[indexes]\npypi = "git+https://x/"',
        (
            "2: pypi must begin with 'https://', 'http://' or 'file://'. Write a base URL such as "
            '"https://host.example/path/".'
        ),
    ),
    (
        '[services]\nosv = "https://osv.example/?key=1"',
        '2: osv must be a base URL, without ? and #. Write a base URL such as "https://host.example/path/".',
    ),
    (
        '[services]\nosv = "https://"',
        '2: osv has no host. Write a base URL such as "https://host.example/path/".',
    ),
    (
        '[services]\nosv = "https://a b/"',
        '2: osv holds spaces or letters that no URL has. Write a base URL such as "https://host.example/path/".',
    ),
    (
        '[services]\nosv = "https://x:port/"',
        '2: osv is no URL. Write a base URL such as "https://host.example/path/".',
    ),
    ('[services]\nsov = "off"', "2: 'sov' is no key of the configuration. Did you mean osv?"),
    ("[index]\nurl = 'x'", "1: index must be a list of tables, not a table. Write [[index]] above each."),
    ("[[index]]\npublic = true", '1: an entry has no url. Write url = "https://mirror.example/simple/".'),
    ("[[index]]\nurl = 'https://x/'\npublic = 1", "3: public must be true or false, not a number."),
    ('[rules]\nlow-download = "off"', "2: there is no rule 'low-download'. Did you mean low-downloads?"),
    (
        '[rules]\nlow-downloads = "none"',
        "2: low-downloads must be 'off', 'info', 'low', 'medium', 'high' or 'critical', not 'none'.",
    ),
    ('[rules]\nknown-malicious = "off"', "2: known-malicious can be neither turned off nor lowered. Remove the line."),
    ('[[allow]]\nname = "x"', '1: an entry has no reason. Say why it is fine: reason = "ours, reviewed by …".'),
    ('[[allow]]\nname = "x"\nreason = " "', "3: reason must be text, not an empty text."),
    ('[[allow]]\nreason = "x"', '1: an entry has no name. Write name = "pypi:flask" or name = "npm:@acme/*".'),
    (
        '[[allow]]\nname = "x"\nreason = "r"\n[[allow]]\nname = "cargo:y"\nreason = "r"',
        "5: 'cargo:y' names the ecosystem 'cargo'; known are pypi: and npm:.",
    ),
    (
        '[[allow]]\nname = "x"\nreason = "r"\nuntil = "soon"',
        "4: until 'soon' is no date. Write it as 2027-03-01.",
    ),
    (
        '[[allow]]\nname = "x"\nreason = "r"\nuntil = 2027-03-01T00:00:00Z',
        "4: until must be a date, not a date with a time. Write it as 2027-03-01.",
    ),
    (
        '[[allow]]\nname = "x"\nreason = "r"\nrules = ["typo"]',
        "4: there is no rule 'typo'. Did you mean typo-adjacent?",
    ),
    (
        '[[allow]]\nname = "x"\nreason = "r"\nrules = ["known-malicious"]',
        "4: no exception can be made from known-malicious. Remove the package instead.",
    ),
    (
        '[[allow]]\nname = "x"\nreason = "r"\nrules = []',
        "4: rules is empty. Name the rules, or leave the key out to mean all of them.",
    ),
    (
        '[[allow]]\nname = "x"\nreason = "r"\nunitl = 2027-03-01',
        "4: 'unitl' is no key of the configuration. Did you mean until?",
    ),
    ('[[deny]]\nname = "x"', '1: an entry has no reason. Say why, and what to use instead: reason = "…".'),
    (
        'private = ["fl[ab]sk"]',
        (
            "1: 'fl[ab]sk' matches no name that PyPI could hold; a pattern has letters, digits, "
            ". _ -, * for any letters and ? for one."
        ),
    ),
    (
        'private = ["acme-*",\n"pkg:pypi/acme"]',
        '1: private[1] is more than a name. Write "acme-*", "pypi:acme-*" or "@acme/*".',
    ),
    ('private = ["acme==1"]', '1: private[0] is more than a name. Write "acme-*", "pypi:acme-*" or "@acme/*".'),
    ("a = [", "1:6: not valid TOML: Invalid value."),
]


@pytest.mark.parametrize(("text", "message"), MISTAKES, ids=[text[:40] for text, _ in MISTAKES])
def test_mistakes(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(text)
    assert str(caught.value) == f"depaudit.toml:{message}"


def test_pyproject_whose_tool_depaudit_is_no_table() -> None:
    with pytest.raises(ConfigError) as caught:
        read('[tool]\ndepaudit = "x"', pyproject=True)
    assert str(caught.value) == "depaudit.toml:2: tool.depaudit must be a table. Write [tool.depaudit]."


def test_no_mistake_repeats_a_password() -> None:
    for text, _ in MISTAKES:
        with pytest.raises(ConfigError) as caught:
            read(text)
        assert "hunter2" not in f"{caught.value!r}{caught.value}{caught.value.__cause__!r}"


def test_nesting_beyond_reason_is_a_plain_error() -> None:
    with pytest.raises(ConfigError):
        read("a = " + "[" * 5000)


def test_the_known_rules_can_be_given() -> None:
    text = '[rules]\nbrand-new = "low"\n'
    found = parse_settings(text, path="x", origin=Origin.TREE, rule_ids=RULE_IDS | {"brand-new"})
    assert found is not None
    assert found.rules == (("brand-new", Severity.LOW),)


words = st.sampled_from(
    ["fail-on", "allow", "[rules]", "[[allow]]", "=", '"x"', "\n", "name", "reason", "[", "]", "1", "{", "}"]
)


@settings(deadline=None, max_examples=200)
@given(st.one_of(st.text(max_size=60), st.lists(words, max_size=15).map(" ".join)))
def test_any_text_gives_settings_or_a_config_error(text: str) -> None:
    for pyproject in (False, True):
        with contextlib.suppress(ConfigError):
            read(text, pyproject=pyproject)
