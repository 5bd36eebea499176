"""pnpm's options, of its versions from 6 (nopt) to 12 (clap): ``pnpm help --all``, read 2026-11-23."""

from __future__ import annotations

from depaudit.commands.options import Grammar, table

GRAMMAR = Grammar(abbreviations=True, equals=True, negations=True, flag_words=frozenset(("true", "false")))

_EVERYWHERE = table(
    nothing="""
        -h/--help -v/--version -y/--yes -s/--silent -r/--recursive -w/--workspace-root --ignore-workspace --progress
        --stream --aggregate-output --use-stderr --fail-if-no-match --include-workspace-root --sort --reverse --parallel
        --bail --if-present --json --long --parseable --use-beta-cli --offline --prefer-offline --strict-ssl
    """,
    value="""
        -C/--dir/--prefix --store-dir --state-dir --cache-dir --virtual-store-dir --modules-dir --global-dir
        --global-bin-dir --npmrc-auth-file/--userconfig --globalconfig --workspace-packages --registry --https-proxy
        --http-proxy/--proxy --no-proxy/--noproxy --reporter --loglevel -F/--filter --filter-prod --test-pattern
        --changed-files-ignore-pattern --workspace-concurrency --env-file --ca --cafile --cert --key --pnpr-server
        --location --fetch-retries --fetch-retry-factor --fetch-retry-maxtimeout --fetch-retry-mintimeout
        --fetch-timeout --fetch-warn-timeout-ms --fetch-min-speed-ki-bps --network-concurrency --user-agent
        --child-concurrency --resume-from --report-summary
    """,
    attached="--color",
)

INSTALL = table(
    nothing="""
        -P/--prod/--production -D/--dev --optional --ignore-scripts --ignore-pnpmfile --frozen-lockfile --lockfile-only
        --fix-lockfile --prefer-frozen-lockfile --ignore-manifest-check --auto-dedupe --merge-git-branch-lockfiles
        --trust-lockfile --update-checksums --dry-run --force -f --runtime --frozen-store -L/--latest
        -i/--interactive -E/-e/--save-exact --save --save-prod --save-dev --save-optional --save-peer --save-build
        --save-types --save-catalog --tilde --config --workspace -g/--global --ignore-workspace-root-check --peer
        --patches --include-github-actions --changeset --legacy --check --shamefully-hoist --strict-peer-dependencies
        --side-effects-cache --shared-workspace-lockfile --lockfile --verify-store-integrity --resolution-only --pnp
        --prefer-workspace-packages --link-workspace-packages --ignore-existing --unsafe-perm --hoist --dedupe-peers
    """,
    value="""
        --cpu --os --libc --lockfile-dir --merge-git-branch-lockfiles-branch-pattern --node-linker --allow-build
        --save-prefix --save-catalog-name --depth --package-import-method --hoist-pattern --public-hoist-pattern
        --side-effects-cache-readonly --edit-dir --save-workspace-protocol --tag --target-node-version
    """,
    base=_EVERYWHERE,
)
"""Options of ``install`` and its like."""

ADD = table(
    nothing="-P/-p/--save-prod -D/-d/--save-dev -O/-o/--save-optional --prod/--production --dev",
    base=INSTALL,
)
"""The same, where ``-P``, ``-D`` and ``-O`` say which table of the manifest is meant."""

DLX = table(
    nothing="-c/--shell-mode",
    value="--package --allow-build --cpu --os --libc",
    base=_EVERYWHERE,
)
"""Options before the program of ``dlx``, ``create`` and ``exec``; ``-c`` there is a switch."""
