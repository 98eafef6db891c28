"""Tokens that continue a list: where it goes on, and as of when."""

import base64
import binascii
import json


class BadToken(ValueError):
    """A token that no server gave out; says why."""


def write(revision: int, last: str) -> str:
    """The token after the object at place `last`; revision -1: with whatever is there by then."""
    data = {"v": "meta.k8s.io/v1", "rv": revision, "start": f"{last}\0"}
    return base64.urlsafe_b64encode(json.dumps(data, separators=(",", ":")).encode()).decode().rstrip("=")


def read(token: str) -> tuple[int, str]:
    """Revision and where to go on; BadToken if it is none."""
    try:
        data = json.loads(base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True))
        return int(data["rv"]), str(data["start"])
    except (binascii.Error, ValueError, KeyError, TypeError):
        at = len(token) // 4 * 4 - (0 if len(token) % 4 else 1)
        raise BadToken(f"continue key is not valid: illegal base64 data at input byte {at}") from None
