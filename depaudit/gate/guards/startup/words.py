"""What a command line starts, and whether pip would install anything."""
# Python 3.8 has no str.removesuffix; pathlib is too slow for what runs at each start:
# ruff: noqa: FURB188, PTH112, PTH118, PTH119, PTH123

from __future__ import annotations

import os
import sys

# The hook from here on.

_HARMLESS = """
    cache check completion config debug freeze hash help index inspect list search show uninstall
"""
_FLAGS = """
    --debug --disable-pip-version-check --isolated --no-cache-dir --no-color --no-input --no-proxy-env
    --no-python-version-warning --quiet --require-venv --require-virtualenv --verbose
"""
_INSTALL_FLAGS = """
    --break-system-packages --check-build-dependencies --compile --dry-run --force-reinstall --ignore-installed
    --ignore-requires-python --no-build-isolation --no-clean --no-compile --no-dependencies --no-deps --no-index
    --no-require-hashes --no-use-pep517 --no-user --no-verify --no-warn-conflicts --no-warn-script-location
    --only-dependencies --only-deps --pre --prefer-binary --require-hashes --upgrade --use-pep517 --user
"""
_VALUED = """
    --cache-dir --cert --client-cert --default-timeout --exists-action --keyring-provider --local-log --log --log-file
    --proxy --python --resume-retries --retries --timeout --trusted-host --use-deprecated --use-feature
"""


def command_line() -> list[str]:
    """The interpreter's own words, flags included."""
    words = getattr(sys, "orig_argv", None)  # 3.10 and newer
    if words is None:
        with open("/proc/self/cmdline", "rb") as file:
            words = [os.fsdecode(word) for word in file.read().split(b"\0")[:-1]]
    return list(words)


def read(argv: list[str]) -> tuple[list[str], str, str, list[str]]:
    """Flags, kind (``module``, ``code``, ``script`` or nothing), what is run, and its own words.

    https://docs.python.org/3/using/cmdline.html
    """
    flags: list[str] = []
    index = 1
    while index < len(argv):
        word = argv[index]
        index += 1
        if word == "--" and index < len(argv):
            return flags, "script", argv[index], argv[index + 1 :]
        if word == "-" or not word.startswith("-"):
            return flags, "script", word, argv[index:]
        if word == "--check-hash-based-pycs":
            flags += argv[index - 1 : index + 1]
            index += 1
            continue
        place = -1 if word.startswith("--") else next((at for at, one in enumerate(word) if at and one in "cmWX"), -1)
        if place < 0:
            flags.append(word)
            continue
        value, letter = word[place + 1 :], word[place]
        if letter in "WX":
            flags += [word] if value else argv[index - 1 : index + 1]
            index += not value
            continue
        if place > 1:
            flags.append(word[:place])
        if not value:
            value = "".join(argv[index : index + 1])
            index += 1
        return flags, "module" if letter == "m" else "code", value, argv[index:]
    return flags, "", "", []


def pip_started(kind: str, target: str) -> list[str] | None:
    """The words that start the same pip in a form that depaudit reads, or None when this is no pip."""
    if kind == "module":
        return ["-m", "pip"] if target.partition(".")[0] == "pip" else None
    if kind != "script":
        return None
    folder, base = os.path.split(target.rstrip("/" + os.sep))
    if base in ("__main__.py", "__pip-runner__.py"):  # how pip starts itself for isolated builds
        return [folder] if os.path.basename(folder) == "pip" else None
    name, packed = base.lower(), base.lower().endswith((".pyz", ".zip"))
    for ending in (".exe", "-script.py", "-script.pyw", ".pyz", ".zip"):
        if name.endswith(ending):
            name = name[: -len(ending)]
    if not name.startswith("pip") or name[3:].strip("-.0123456789"):
        return None
    if os.path.isdir(target) and not os.path.isdir(os.path.join(target, "_internal")):
        return None  # somebody's folder of that name
    return [os.path.join(target, "pip") if packed else target]


def harmless(words: list[str]) -> bool:
    """Whether pip surely installs, downloads and builds nothing; what is not known is not harmless.

    depaudit starts what it knows to be harmless at once: whatever its own reader lets go must be harmless here too,
    else both would go round in a circle.
    """
    index = 0
    while index < len(words) and words[index].startswith("-") and words[index] != "-":
        word = words[index]
        index += 1
        if word == "--":
            break
        if _is_option(word, "--version", "V") or _asks_for_help(word):
            return True
        name = word.partition("=")[0]
        if _cluster(word, "vq"):
            continue
        fits = {option in _VALUED.split() for option in _exact_or_begun(name)}
        if len(fits) != 1 or (fits == {False} and "=" in word):
            return False
        index += fits == {True} and "=" not in word
    return index >= len(words) or words[index] in _HARMLESS.split() or _shows_help(words[index + 1 :])


def _exact_or_begun(name: str) -> list[str]:
    """The options of pip itself that ``name`` stands for: optparse takes any beginning."""
    options = [*_FLAGS.split(), *_VALUED.split()]
    return [name] if name in options else [option for option in options if option.startswith(name) and len(name) > 2]


def _shows_help(words: list[str]) -> bool:
    """Whether a subcommand only shows its help. Behind an option that may take it as its value that is not known."""
    for index, word in enumerate(words):
        if word == "--":
            return False
        if _asks_for_help(word):
            return index == 0 or _takes_no_more(words[index - 1])
    return False


def _takes_no_more(word: str) -> bool:
    """Whether the word behind ``word`` is surely not its value."""
    if not word.startswith("-") or word == "-" or word in _FLAGS.split() or word in _INSTALL_FLAGS.split():
        return True
    if word.startswith("--"):
        return "=" in word
    return _cluster(word, "vqUIV") or (word[1] in "rcetdwobCif" and len(word) > 2)


def _asks_for_help(word: str) -> bool:
    return _is_option(word, "--help", "h") or ("h" in word and _cluster(word, "vqUIh"))


def _is_option(word: str, option: str, letter: str) -> bool:
    """Whether ``word`` is this option: whole, begun (``--hel``), or in a cluster with -v and -q."""
    name = word.partition("=")[0]  # a value is one too many, and an error
    if name.startswith("--"):
        return len(name) > 2 and option.startswith(name)
    return letter in word and _cluster(word, "vq" + letter)


def _cluster(word: str, letters: str) -> bool:
    """Whether ``word`` is one dash and some of these letters, each an option that takes no value."""
    return word[:1] == "-" and len(word) > 1 and not word[1:].strip(letters)
