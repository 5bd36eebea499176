"""Where dist-tags point once versions are left out."""

from __future__ import annotations

import pytest

from depaudit.gate.protocols.dist_tags import moved_tags


@pytest.mark.parametrize(
    ("tags", "left", "deprecated", "moved"),
    [
        ({"latest": "1.1.0"}, ["1.0.0", "1.1.0", "2.0.0"], (), {"latest": "1.1.0"}),
        ({"latest": "1.2.0"}, ["1.0.0", "1.1.0", "2.0.0"], (), {"latest": "1.1.0"}),
        ({"latest": "1.10.0"}, ["1.9.0", "1.8.0", "1.9.1-rc.1"], (), {"latest": "1.9.0"}),
        ({"latest": "1.2.0"}, ["1.0.0", "1.1.0"], ("1.1.0",), {"latest": "1.0.0"}),
        ({"latest": "1.2.0"}, ["1.1.0"], ("1.1.0",), {"latest": "1.1.0"}),
        ({"next": "2.0.0-b.3"}, ["1.0.0", "2.0.0-b.1", "2.0.0-b.2", "2.0.0-b.10"], (), {"next": "2.0.0-b.2"}),
        ({"next": "2.0.0-b.3"}, ["1.0.0", "1.1.0-b.1"], (), {"next": "1.0.0"}),
        ({"latest": "1.0.0", "old": "0.1.0"}, ["2.0.0"], (), {}),
        ({"odd": "newest"}, ["1.0.0"], (), {}),
        ({"latest": "1.0.0"}, ["junk"], (), {}),
    ],
)
def test_moved(tags: dict[str, str], left: list[str], deprecated: tuple[str, ...], moved: dict[str, str]) -> None:
    assert moved_tags(tags, left, deprecated.__contains__) == moved
