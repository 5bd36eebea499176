"""Modules that come with Python or with Node.js: nobody installs them."""

from __future__ import annotations

import re

_SEPARATORS = re.compile(r"[-_.]+")

# ``sys.stdlib_module_names`` of Python 3.10 to 3.13, what the documentation of 3.14 and 3.15 adds (annotationlib,
# compression, profiling), and what was removed since 3.0 ("What's new" of 3.7 to 3.13). Public modules only.
_PYTHON_MODULES = """
abc aifc annotationlib antigravity argparse array ast asynchat asyncio asyncore atexit audioop base64 bdb
binascii binhex bisect builtins bz2 cProfile calendar cgi cgitb chunk cmath cmd code codecs codeop collections
colorsys compileall compression concurrent configparser contextlib contextvars copy copyreg crypt csv ctypes
curses dataclasses datetime dbm decimal difflib dis distutils doctest dummy_threading email encodings ensurepip
enum errno faulthandler fcntl filecmp fileinput fnmatch formatter fpectl fractions ftplib functools gc
genericpath getopt getpass gettext glob graphlib grp gzip hashlib heapq hmac html http idlelib imaplib imghdr
imp importlib inspect io ipaddress itertools json keyword lib2to3 linecache locale logging lzma macpath
macurl2path mailbox mailcap marshal math mimetypes mmap modulefinder msilib msvcrt multiprocessing netrc nis
nntplib nt ntpath nturl2path numbers opcode operator optparse os ossaudiodev parser pathlib pdb pickle
pickletools pipes pkgutil platform plistlib poplib posix posixpath pprint profile profiling pstats pty pwd
py_compile pyclbr pydoc pydoc_data pyexpat queue quopri random re readline reprlib resource rlcompleter runpy
sched secrets select selectors shelve shlex shutil signal site smtpd smtplib sndhdr socket socketserver spwd
sqlite3 sre_compile sre_constants sre_parse ssl stat statistics string stringprep struct subprocess sunau symbol
symtable sys sysconfig syslog tabnanny tarfile telnetlib tempfile termios textwrap this threading time timeit
tkinter token tokenize tomllib trace traceback tracemalloc tty turtle turtledemo types typing unicodedata
unittest urllib uu uuid venv warnings wave weakref webbrowser winreg winsound wsgiref xdrlib xml xmlrpc zipapp
zipfile zipimport zlib zoneinfo
"""

# ``require("module").builtinModules`` of Node.js 20.
_NODE_MODULES = """
_http_agent _http_client _http_common _http_incoming _http_outgoing _http_server _stream_duplex
_stream_passthrough _stream_readable _stream_transform _stream_wrap _stream_writable _tls_common _tls_wrap
assert assert/strict async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel
dns dns/promises domain events fs fs/promises http http2 https inspector inspector/promises module net os path
path/posix path/win32 perf_hooks process punycode querystring readline readline/promises repl stream
stream/consumers stream/promises stream/web string_decoder sys timers timers/promises tls trace_events tty url
util util/types v8 vm wasi worker_threads zlib
"""

_NODE_PREFIX = "node:"
_NODE_PREFIXED_ONLY = frozenset({"quic", "sea", "sqlite", "test", "test/reporters"})
"""Modules of newer releases that exist with the prefix ``node:`` alone; without it they are ordinary packages."""


def _normalized(name: str) -> str:
    return _SEPARATORS.sub("-", name).lower()


_PYTHON = frozenset(_normalized(module) for module in _PYTHON_MODULES.split())
_NODE = frozenset(_NODE_MODULES.split())


def is_python_stdlib(name: str) -> bool:
    """Whether ``name`` (``-``, ``_`` and capitals alike) is a top-level module of any Python 3."""
    return _normalized(name) in _PYTHON


def is_node_builtin(name: str) -> bool:
    """Whether ``name`` is a module of Node.js itself, with or without the prefix ``node:``."""
    if name.startswith(_NODE_PREFIX):
        module = name[len(_NODE_PREFIX) :]
        return module in _NODE or module in _NODE_PREFIXED_ONLY
    return name in _NODE
