"""Who may say what: the operator's files, the audited tree's, and the command line."""

from __future__ import annotations

from datetime import timedelta

import pytest

from depaudit.model.finding import Severity
from depaudit.model.requirement import Origin
from depaudit.model.settings import IndexSettings, Services, Thresholds
from depaudit.policy.combine import Layers, combine, with_options
from depaudit.policy.config import Config, FailOn, OnError
from depaudit.policy.settings import Settings, parse_settings

DAY = timedelta(days=1)


def said(text: str, source: str, origin: Origin = Origin.OPERATOR) -> Settings:
    found = parse_settings(text, path=source, origin=origin)
    assert found is not None
    return found


def tree(text: str) -> Settings:
    return said(text, "depaudit.toml", Origin.TREE)


EVERYTHING_LOOSER = """\
fail-on = "never"
min-package-age = "1d"
min-release-age = "0d"
min-downloads = 0
exclude = ["**"]
on-error = "allow"
require = []
max-requests = 10000000
foreign-indexes = "trust"
file-hosts = ["evil.example"]
indexes = { pypi = "https://evil.example/simple/" }
services = { osv = "off" }
index = [{ url = "https://evil.example/simple/", public = true }]
rules = { typo-adjacent = "off", nonexistent = "low" }
allow = [{ name = "*", reason = "trust me" }]
"""
EVERYTHING_TIGHTER = """\
fail-on = "warn"
min-package-age = "60d"
min-release-age = "7d"
min-downloads = 1000
on-error = "block"
require = ["advisories"]
max-requests = 10
foreign-indexes = "report"
private = ["acme-*"]
rules = { low-downloads = "high" }
deny = [{ name = "left-pad", reason = "no" }]
"""


def test_defaults() -> None:
    assert combine(Layers()) == (Config(), ())


def test_without_an_operator_the_tree_says_what_is_its_own() -> None:
    config, notes = combine(Layers(tree=tree(EVERYTHING_LOOSER)))
    expected = tree(EVERYTHING_LOOSER)
    assert config == Config(
        fail_on=FailOn.NEVER,
        thresholds=Thresholds(min_package_age=DAY, min_release_age=0 * DAY, min_downloads=0),
        exclude=("**",),
        rules=(("typo-adjacent", None), ("nonexistent", Severity.LOW)),
        allow=expected.allow,
        files=("depaudit.toml",),
    )
    assert notes == (
        (
            "depaudit.toml: on-error, require, foreign-indexes, file-hosts, indexes, services and index ignored: only "
            "you may set that, not the audited files. Name the file with --config, or put it into your own policy.toml."
        ),
    )


def test_a_single_operator_file_says_everything() -> None:
    for layers in (Layers(policies=(said(EVERYTHING_LOOSER, "p"),)), Layers(operator=(said(EVERYTHING_LOOSER, "p"),))):
        config, notes = combine(layers)
        assert notes == ()
        assert config == Config(
            fail_on=FailOn.NEVER,
            thresholds=Thresholds(min_package_age=DAY, min_release_age=0 * DAY, min_downloads=0),
            exclude=("**",),
            on_error=OnError.ALLOW,
            max_requests=10_000_000,
            indexes=IndexSettings(
                pypi="https://evil.example/simple/",
                known=(("https://evil.example/simple/", True),),
                foreign="trust",
                file_hosts=("evil.example",),
            ),
            services=Services(osv=None),
            rules=(("typo-adjacent", None), ("nonexistent", Severity.LOW)),
            allow=said(EVERYTHING_LOOSER, "p").allow,
            files=("p",),
            locked=bool(layers.policies),
        )


LOOSER_KEYS = (
    "fail-on, min-package-age, min-release-age, min-downloads, exclude, on-error, max-requests, foreign-indexes, "
    "file-hosts, indexes, index, services, allow, rules.typo-adjacent and rules.nonexistent"
)


@pytest.mark.parametrize("place", ["user", "environment", "command line"])
def test_below_a_policy_the_operators_other_files_may_only_tighten(place: str) -> None:
    def layers(text: str) -> Layers:
        system, other = said("", "policy.toml"), said(text, "other.toml")
        return Layers(policies=(system, other)) if place == "user" else Layers(policies=(system,), operator=(other,))

    config, notes = combine(layers(EVERYTHING_LOOSER))
    assert config == Config(files=("policy.toml", "other.toml"), locked=True, floors=(("nonexistent", Severity.LOW),))
    assert notes == (f"other.toml: {LOOSER_KEYS} ignored: policy.toml may only be tightened.",)

    config, notes = combine(layers(EVERYTHING_TIGHTER))
    assert notes == ()
    assert config == Config(
        fail_on=FailOn.WARN,
        thresholds=Thresholds(min_package_age=60 * DAY, min_release_age=7 * DAY, min_downloads=1000),
        require=("advisories",),
        max_requests=10,
        indexes=IndexSettings(private=("acme-*",)),
        floors=(("low-downloads", Severity.HIGH),),
        deny=said(EVERYTHING_TIGHTER, "other.toml").deny,
        files=("policy.toml", "other.toml"),
        locked=True,
    )


@pytest.mark.parametrize("locked", [True, False])
def test_below_any_operator_file_the_tree_may_only_tighten(*, locked: bool) -> None:
    operator = said("", "mine.toml")
    where = {"policies": (operator,)} if locked else {"operator": (operator,)}
    config, notes = combine(Layers(**where, tree=tree('fail-on = "never"\nmax-requests = 5\n')))
    assert config == Config(max_requests=5, files=("mine.toml", "depaudit.toml"), locked=locked)
    assert notes == ("depaudit.toml: fail-on ignored: mine.toml may only be tightened.",)


def test_the_command_lines_file_overrules_the_environments() -> None:
    config, notes = combine(
        Layers(operator=(said('fail-on = "warn"\nmin-downloads = 7', "env"), said('fail-on = "never"', "option")))
    )
    assert (config.fail_on, config.thresholds.min_downloads, notes) == (FailOn.NEVER, 7, ())


def test_the_base_of_a_change_is_the_operators_word() -> None:
    config, notes = combine(Layers(tree=said('on-error = "allow"', "BASE:depaudit.toml")))
    assert (config.on_error, notes) == (OnError.ALLOW, ())


def test_the_tree_may_only_lower_the_number_of_requests() -> None:
    assert combine(Layers(tree=tree("max-requests = 30000")))[0].max_requests == 20_000
    assert combine(Layers(tree=tree("max-requests = 30")))[0].max_requests == 30


def test_severities_in_force() -> None:
    low, medium, high = Severity.LOW, Severity.MEDIUM, Severity.HIGH
    config = Config(
        rules=(("a", None), ("b", low), ("c", None)), floors=(("b", medium), ("c", low), ("d", medium), ("d", high))
    )
    assert [config.severity(rule, medium) for rule in "abcdx"] == [None, medium, low, high, medium]
    assert [config.enabled(rule) for rule in "abcdx"] == [False, True, True, True, True]


def test_raising_a_rule_below_a_policy_never_lowers_it() -> None:
    config, notes = combine(
        Layers(
            policies=(said('[rules]\nnew-package = "high"\nyanked = "off"', "policy.toml"),),
            tree=tree('[rules]\nnew-package = "medium"\nyanked = "low"\ntypo-adjacent = "critical"'),
        )
    )
    assert config.severity("new-package", Severity.MEDIUM) is Severity.HIGH
    assert config.severity("yanked", Severity.MEDIUM) is Severity.LOW
    assert config.severity("typo-adjacent", Severity.MEDIUM) is Severity.CRITICAL
    assert notes == ("depaudit.toml: rules.new-package ignored: policy.toml may only be tightened.",)


def test_options_of_the_command_line() -> None:
    free, locked = Config(), Config(locked=True, files=("policy.toml",))
    assert with_options(free) == (free, ())
    assert with_options(free, fail_on="never", on_error="allow") == (
        Config(fail_on=FailOn.NEVER, on_error=OnError.ALLOW),
        (),
    )
    assert with_options(locked, fail_on="warn", on_error="block") == (
        Config(fail_on=FailOn.WARN, locked=True, files=("policy.toml",)),
        (),
    )
    assert with_options(Config(exclude=("a",)), exclude=["a", "b"]) == (Config(exclude=("a", "b")), ())
    assert with_options(locked, fail_on="never", on_error="allow", exclude=["src/**"]) == (
        locked,
        ("--fail-on, --exclude and --on-error ignored: policy.toml may only be tightened.",),
    )
    lenient = Config(locked=True, files=("policy.toml",), on_error=OnError.ALLOW)
    assert with_options(lenient, on_error="allow") == (lenient, ())
