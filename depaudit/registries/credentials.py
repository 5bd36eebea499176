"""The shape of a credential store, so that this package needs no more of one than its shape."""

from __future__ import annotations

from typing import Protocol


class Credential(Protocol):
    """Something that opens an index."""

    def authorization(self) -> str:
        """The value of an ``Authorization`` header."""
        ...


class Credentials(Protocol):
    """Where credentials come from. Both may read files; ``on_unauthorized`` may also run a keyring program."""

    def for_url(self, url: str) -> Credential | None:
        """What the operator's settings hold for ``url``."""
        ...

    def on_unauthorized(self, url: str) -> Credential | None:
        """What else might open ``url``, now that the server has refused."""
        ...


class NoCredentials:
    """A store that holds nothing."""

    def for_url(self, url: str) -> Credential | None:  # noqa: ARG002  the shape asks for it
        """Nothing, for any URL."""
        return None

    def on_unauthorized(self, url: str) -> Credential | None:  # noqa: ARG002  the shape asks for it
        """Nothing, for any URL."""
        return None
