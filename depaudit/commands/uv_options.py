"""uv's options and commands, of its version 0.13 and before.

The tables are what uv 0.13.9 says of itself to a shell (``uv generate-shell-completion zsh``, which has the hidden
options too), and the aliases in its source.
"""

from __future__ import annotations

from depaudit.commands.base import ProjectUse
from depaudit.commands.options import Scan, Table, table
from depaudit.commands.python_words import comma_separated
from depaudit.commands.steering import OWN_CACHE, Steering, typed_index, typed_indexes
from depaudit.model.requirement import IndexOptions, IndexRef

GLOBAL = table(
    nothing="-n/--no-cache/--no-cache-dir -q/--quiet -v/--verbose --no-color --native-tls --no-native-tls"
    " --system-certs --no-system-certs --offline --no-offline --preview --no-preview --isolated --show-settings"
    " --no-progress --no-installer-metadata --no-config -h/--help -V/--version --managed-python --no-managed-python"
    " --allow-python-downloads --no-python-downloads",
    value="--allow-insecure-host/--trusted-host --cache-dir --color --config-file --directory --project"
    " --preview-features --python-fetch --python-preference",
)
"""The options that may stand before and behind every command."""

COMMON = table(
    base=GLOBAL,
    nothing="""
    -a/--ask --active --all --all-arches --all-extras --all-groups --all-packages --all-platforms --all-versions
    --allow-empty-requirements --allow-existing --allow-unsafe --annotate --app --backend --bare --bin --binary
    --break-system-packages --build --build-isolation --build-logs --check --check-exists --ci --clear
    --compile-bytecode/--compile --create-gitignore --default --deps --dev --diff --disable-pip-version-check --dry-run
    --editable --emit-build-options --emit-find-links --emit-index-annotation --emit-index-url
    --emit-marker-expression --emit-options --emit-trusted-host --exact --exclude-editable --files --fix --force
    --force-pep517 --force-reinstall --frozen --generate-hashes --global --gui-script --hashes --header -H/--human
    --inexact --invert --lfs --lib --list --locked -m/--module --no-active --no-all-extras --no-all-packages
    --no-allow-empty-requirements --no-allow-unsafe --no-annotate --no-attestations --no-bin --no-binary
    --no-break-system-packages --no-build --no-build-isolation --no-build-logs --no-check --no-clear
    --no-compile-bytecode/--no-compile --no-create-gitignore --no-dedupe --no-default-groups --no-deps
    --no-description --no-dev --no-editable --no-emit-build-options --no-emit-find-links --no-emit-index-annotation
    --no-emit-index-url --no-emit-local --no-emit-marker-expression --no-emit-options --no-emit-project
    --no-emit-trusted-host --no-emit-workspace --no-env-file --no-frozen --no-generate-hashes --no-hashes --no-header
    --no-index --no-install-local --no-install-project --no-install-workspace --no-locked --no-outdated --no-package
    --no-pager --no-pin-python --no-pip --no-project --no-readme --no-refresh --no-registry --no-reinstall
    --no-relocatable --no-require-build-hashes --no-require-hashes --no-resolved --no-reuse-hashes --no-seed
    --no-setuptools --no-sources --no-strict --no-strip-extras --no-strip-markers --no-sync --no-system --no-universal
    --no-upgrade --no-verify-hashes --no-wheel --no-workspace --only-dev --only-downloads --only-emit-local
    --only-emit-project --only-emit-workspace --only-install-local --only-install-project --only-install-workspace
    --only-installed --outdated --paths --pin-python --pre --raw --refresh --registry --reinstall --relocatable
    --require-build-hashes --require-hashes --resolve-links --resolved --reuse-hashes --rm --scripts --sdist --seed
    --short --show-command --show-extras --show-paths --show-python --show-resolution --show-sizes --show-urls
    --show-version --show-version-specifiers --show-with --skip-dependency-check --skip-existing --strict
    --strip-extras --strip-markers --sync --system --system-site-packages --universal -U/--upgrade --user
    --verify-hashes --virtual --wheel --workspace -y/--yes
    """,
    value="""
    --abi --annotation-style --author-from --batch --bounds --branch --build-backend --bump --cert --check-url
    -b/--build-constraints/--build-constraint --client-cert --config --config-setting-package
    -C/--config-setting/--config-settings --config-settings-package -c/--constraints/--constraint
    --custom-compile-command --default-index --depth --description --env-file --exclude --exclude-newer
    --exclude-newer-package --excludes --extra --extra-index-url -f/--find-links --fork-strategy --format --from
    --graalpy-mirror --group --ignore --ignore-until-fixed --implementation --index --index-strategy -i/--index-url
    --install-dir --keyring-provider --link-mode --marker --max-recursion-depth --max-rounds --metadata-directory
    --mirror --name --no-binary-package --no-build-isolation-package --no-build-package --no-editable-package
    --no-emit-package/--unsafe-package --no-extra --no-group --no-install-package --no-sources-package --only-binary
    --only-emit-package --only-group --only-install-package --optional -d/--out-dir -o/--output-file --output-format
    --output-version --overrides/--override --package -p/--python --password --path --pip-args --platform --prefix
    --prerelease --prerelease-package --prompt --protocol --prune --publish-url --pyodide-mirror --pypy-mirror
    --python-downloads-json-url --python-executable --python-platform --python-version --refresh-package
    --reinstall-package -r/--requirements/--requirement --resolution --resolver --rev --script --service-format
    --service-url --tag -t/--target --token --torch-backend --trusted-publishing --ty-version --upgrade-group
    -P/--upgrade-package -u/--username --vcs -w/--with --with-editable --with-executables-from --with-requirements
    """,
)
"""The options behind a command, where no command says otherwise."""

OPTIONS: dict[str, Table] = {
    "pip install": table(base=COMMON, value="-e/--editable --no-binary --only-binary"),
    "pip sync": table(base=COMMON, value="--no-binary --only-binary"),
    "pip compile": table(base=COMMON, value="--no-binary --only-binary"),
    "add": table(base=COMMON, value="-m/--marker"),
    "run": table(base=COMMON, nothing="-s/--script -m/--module --gui-script"),
    "tool install": table(base=COMMON, nothing="-e/--editable"),
    "venv": table(base=COMMON, nothing="-c/--clear"),
}
"""Where a command takes an option otherwise than ``COMMON`` says."""

PROJECT_USE: dict[str, ProjectUse] = {
    "add": ProjectUse.RESOLVE,
    "remove": ProjectUse.RESOLVE,
    "version": ProjectUse.RESOLVE,
    "sync": ProjectUse.RESOLVE,
    "upgrade": ProjectUse.RESOLVE,
    "run": ProjectUse.RESOLVE,
    "check": ProjectUse.RESOLVE,
    "lock": ProjectUse.LOCK,
    "export": ProjectUse.LOCK,
    "tree": ProjectUse.LOCK,
    "audit": ProjectUse.LOCK,
    "workspace metadata": ProjectUse.LOCK,
    "pip install": ProjectUse.NONE,
    "pip sync": ProjectUse.NONE,
    "pip compile": ProjectUse.NONE,
    "tool run": ProjectUse.NONE,
    "tool install": ProjectUse.NONE,
    "tool upgrade": ProjectUse.NONE,
    "build": ProjectUse.NONE,
}
"""The commands that install or choose packages, and what each does with the project around it."""

HARMLESS = frozenset(
    (
        *("init", "auth", "format", "python", "publish", "cache", "self", "help", "generate-shell-completion"),
        *("build-backend", "clean", "pip uninstall", "pip freeze", "pip list", "pip show", "pip tree", "pip check"),
        *("pip debug", "tool list", "tool audit", "tool uninstall", "tool update-shell", "tool dir"),
        *("workspace dir", "workspace list"),
    )
)
"""The commands that fetch no package. ``python install``, ``format`` and ``self update`` fetch programs of their
makers, which no registry of packages has."""

GROUPS = frozenset({"pip", "tool", "workspace"})
"""The commands that are followed by another."""

STEERING = Steering(
    gone={"--cache-dir": OWN_CACHE},
    refused={"--config-file": "Name the file in UV_CONFIG_FILE instead: depaudit reads it there before uv does."},
)


def uv_indexes(found: Scan) -> IndexOptions | None:
    """The index options of a uv command line: ``--index`` takes URLs and ``NAME=URL``, several between blanks."""
    extra: list[IndexRef] = []
    for one in found.given("--index", "--extra-index-url"):
        for entry in (one.value or "").split():
            name, equals, url = entry.partition("=")
            named = one.name == "--index" and equals and "/" not in name and ":" not in name
            extra.append(typed_index(url, one, name) if named else typed_index(entry, one))
    default = found.given("--default-index") or found.given("--index-url")
    return typed_indexes(
        _default(default[-1].value or "", default[-1].name, typed_index(default[-1].value or "", default[-1]))
        if default
        else None,
        extra,
        [typed_index(url, one) for one in found.given("--find-links") for url in comma_separated(one.value or "")],
        no_index=found.has("--no-index"),
    )


def _default(text: str, option: str, ref: IndexRef) -> IndexRef:
    """``--default-index NAME=URL`` names it too."""
    name, equals, url = text.partition("=")
    if option == "--default-index" and equals and "/" not in name and ":" not in name:
        return IndexRef(url=url, origin=ref.origin, location=ref.location, name=name)
    return ref
