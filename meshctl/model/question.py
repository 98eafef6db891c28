"""What a user asks about one request."""

from collections.abc import Mapping

from msgspec import Struct


class Question(Struct, frozen=True):
    """Who asks whom, as it was written; `namespace` is that of a client without one, empty for any.

    `cluster` is that of the client.
    """

    client: str
    target: str
    method: str = ""
    path: str = ""
    headers: Mapping[str, str] = {}
    port: int | None = None
    namespace: str = ""
    cluster: str = ""
