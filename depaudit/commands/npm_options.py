"""Every option of npm 6 to 11, by what it takes from the words that follow.

From npm's own definitions (``@npmcli/config`` of 11.21 and 10, ``lib/utils/config`` of 8, ``lib/config/defaults`` of
6, read 2026-11-23). What takes a word of whatever kind is told from what takes a text, which begins with no dash.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping


def listed(text: str) -> tuple[str, ...]:
    """The words of ``text``: a long list, written as people read it."""
    return tuple(text.split())


SWITCHES: frozenset[str] = frozenset(
    listed("""
    all allow-same-version allow-scripts-pending allow-scripts-pin audit bin-links bypass-2fa commit-hooks
    dangerously-allow-all-scripts description dev diff-ignore-all-space diff-name-only diff-no-prefix diff-text dry-run
    engine-strict force foreground-scripts format-package-lock fund git-tag-version global global-style if-present
    ignore-scripts include-attestations include-staged include-workspace-root init-private install-links json
    legacy-bundling legacy-peer-deps link long offline omit-lockfile-registry-resolved package-lock package-lock-only
    packages-all parseable prefer-dedupe prefer-offline prefer-online progress provenance read-only rebuild-bundle save
    save-bundle save-dev save-exact save-optional save-peer save-prod shrinkwrap sign-git-commit sign-git-tag
    strict-allow-scripts strict-peer-deps strict-ssl timing unicode update-notifier usage version versions
    workspaces-update
    """)
)
"""Options that take nothing but ``true`` or ``false``."""

TYPES: Mapping[str, frozenset[str]] = {
    name: frozenset(kinds.split("|"))
    for name, _, kinds in (
        row.strip().partition(" ")
        for row in """
    _auth null|String
    access null|restricted|public|private
    allow-directory all|none|root
    allow-file all|none|root
    allow-git all|none|root
    allow-remote all|none|root
    allow-scripts String
    also null|dev|development
    audit-level null|info|low|moderate|high|critical|none
    auth-type legacy|web
    before null
    browser null|Boolean|String
    ca null|String
    cert null|String
    cidr null|String
    color always|Boolean
    cpu null|String
    depth null|Number
    diff String
    expect-result-count null|Number
    expect-results null|Boolean
    expires null|Number
    https-proxy null
    include prod|dev|optional|peer
    install-strategy hoisted|nested|shallow|linked
    key null|String
    libc null|String
    local-address null|127.0.0.1|::1|192.0.2.2|fd00::2|fe80::fc:ff:fe00:1
    location global|user|project
    lockfile-version null|1|2|3
    loglevel silent|error|warn|notice|http|info|verbose|silly
    logs-dir null
    min-release-age null|Number
    min-release-age-exclude String
    name null|String
    node-options null|String
    noproxy String
    omit dev|optional|peer
    only null|prod|production
    optional null|Boolean
    orgs null|String
    orgs-permission null|read-only|read-write|no-access
    os null|String
    otp null|String
    package String
    packages null|String
    packages-and-scopes-permission null|read-only|read-write|read-write-stage-only|no-access
    password null|String
    production null|Boolean
    proxy null
    replace-registry-host npmjs|never|always|String
    sbom-format cyclonedx|spdx
    sbom-type library|application|framework
    scopes null|String
    script-shell null|String
    token-description null|String
    which null|Number
    workspace String
    workspaces null|Boolean
    yes null|Boolean
    """.strip().splitlines()
    )
}
"""Options of several types: words that they take as they are, ``null`` among them, and ``Boolean``, ``Number`` and
``String`` for the kinds."""

STRINGS: frozenset[str] = frozenset(
    listed("""
    call diff-dst-prefix diff-src-prefix editor git heading init-author-email init-author-name init-license init-type
    init.author.email init.author.name init.license message pack-destination preid save-prefix scope searchexclude
    searchopts shell tag tag-version-prefix user-agent viewer
    """)
)
"""Options that take the next word unless it begins with a dash."""

_VALUES = listed("""
    _auth access allow-directory allow-file allow-git allow-remote allow-scripts also audit-level auth-type before ca
    cache cache-max cache-min cafile cert cidr cpu depth diff diff-unified expect-result-count expires fetch-retries
    fetch-retry-factor fetch-retry-maxtimeout fetch-retry-mintimeout fetch-timeout globalconfig https-proxy include
    init-author-url init-module init-version init.author.url init.module init.version install-strategy key libc
    local-address location lockfile-version loglevel logs-dir logs-max maxsockets min-release-age
    min-release-age-exclude name node-gyp node-options noproxy omit only orgs orgs-permission os otp package packages
    packages-and-scopes-permission password prefix provenance-file proxy registry replace-registry-host sbom-format
    sbom-type scopes script-shell searchlimit searchstaleness token-description umask userconfig which workspace
    """)

OLD: frozenset[str] = frozenset(
    listed("""
    _exit always-auth cache-lock-retries cache-lock-stale cache-lock-wait ci-name group ham-it-up ignore-prepublish
    logstream metrics-registry node-version npm-version onload-script rollback scripts-prepend-node-path send-metrics
    sso-poll-frequency sso-type tmp unsafe-perm user
    """)
)
"""Options that npm 11 knows no more: it takes each for a switch, an older one may take the next word."""

NAMES: frozenset[str] = frozenset((*SWITCHES, *TYPES, *STRINGS, *_VALUES, *OLD))

SHORTHANDS: Mapping[str, str] = {
    "enjoy-by": "--before",
    "d": "--loglevel info",
    "dd": "--loglevel verbose",
    "ddd": "--loglevel silly",
    "quiet": "--loglevel warn",
    "q": "--loglevel warn",
    "s": "--loglevel silent",
    "silent": "--loglevel silent",
    "verbose": "--loglevel verbose",
    "desc": "--description",
    "help": "--usage",
    "local": "--no-global",
    "n": "--no-yes",
    "no": "--no-yes",
    "porcelain": "--parseable",
    "readonly": "--read-only",
    "reg": "--registry",
    "iwr": "--include-workspace-root",
    "ws": "--workspaces",
    "a": "--all",
    "c": "--call",
    "f": "--force",
    "g": "--global",
    "L": "--location",
    "l": "--long",
    "m": "--message",
    "p": "--parseable",
    "C": "--prefix",
    "S": "--save",
    "B": "--save-bundle",
    "D": "--save-dev",
    "E": "--save-exact",
    "O": "--save-optional",
    "P": "--save-prod",
    "?": "--usage",
    "H": "--usage",
    "h": "--usage",
    "v": "--version",
    "w": "--workspace",
    "y": "--yes",
}


def beginnings(names: Iterable[str]) -> dict[str, str]:
    """Every beginning that fits one name alone, and every whole name, with that name (npm's ``abbrev``)."""
    whole = set(names)
    found: dict[str, str] = {}
    shared: set[str] = set()
    for name in sorted(whole):
        for length in range(1, len(name)):
            begin = name[:length]
            if begin in found:
                shared.add(begin)
            found[begin] = name
    for begin in shared:
        del found[begin]
    found.update({name: name for name in whole})
    return found
