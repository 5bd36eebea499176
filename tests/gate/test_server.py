"""The proxy in a thread."""

from __future__ import annotations

import gc
import http.client
import ssl
import threading

import pytest

from depaudit.gate.base import Reply
from depaudit.gate.ca import Authority
from depaudit.gate.proxy import Proxy
from depaudit.gate.server import GateServer
from depaudit.gate.upstream import UpstreamClient
from tests.gate.harness import Script, login_of
from tests.world import World


def test_it_serves_until_it_is_stopped(world: World) -> None:
    world.fault("pypi.org", "/endless", kind="endless")
    authority, upstream = Authority(["pypi.org"]), UpstreamClient()
    script = Script()
    server = GateServer(Proxy(script, authority, frozenset({"pypi.org"}), upstream), upstream)
    url = server.start()
    assert url.startswith("http://depaudit:")
    context = ssl.create_default_context(cadata=authority.pem.decode())
    connection = http.client.HTTPSConnection("127.0.0.1", int(url.rpartition(":")[2]), context=context, timeout=20)
    connection.set_tunnel("pypi.org", 443, {"Proxy-Authorization": login_of(url)})
    connection.request("GET", "/endless")
    response = connection.getresponse()
    assert len(response.read(100_000)) == 100_000
    server.stop()
    with pytest.raises((http.client.IncompleteRead, OSError)):
        response.read()
    connection.close()
    server.stop()
    assert not any(thread.name == "depaudit-gate" for thread in threading.enumerate())
    gc.collect()


def test_what_keeps_it_from_starting_is_raised() -> None:
    class Full(UpstreamClient):
        async def __aenter__(self) -> UpstreamClient:
            raise OSError("no more files")

    upstream = Full()
    proxy = Proxy(Script(lambda _: Reply(status=200)), Authority(["pypi.org"]), frozenset({"pypi.org"}), upstream)
    with pytest.raises(OSError, match="no more files"):
        GateServer(proxy, upstream).start()
