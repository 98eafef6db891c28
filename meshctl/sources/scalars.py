"""What a scalar means: the rules of Go's sigs.k8s.io/yaml, so that a value is what the API server would see."""

import re
import struct
from typing import Any

_TRUE = ("y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE")
_FALSE = ("n", "N", "no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE")
_NULL = ("", "~", "null", "Null", "NULL")
_NOT_JSON = frozenset(
    (".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF")
)
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(_TRUE, True),
    **dict.fromkeys(_FALSE, False),
    **dict.fromkeys(_NULL, None),
}
_INTEGER = re.compile(r"[+-]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|0[0-7]*|[1-9][0-9]*)\Z")
_FLOAT = re.compile(r"[+-]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][+-]?[0-9]+)?\Z")
_NUMBER_START = frozenset("+-.0123456789")
_MEMO_ENTRIES = 20_000
_MEMO_LENGTH = 128


class NotJson(ValueError):
    """A scalar that YAML knows and JSON does not: infinity, not-a-number."""


def plain(text: str) -> Any:
    """The value of an unquoted scalar: None, bool, int, float or str. Raises NotJson for `.inf` and `.nan`."""
    value = _typed(text)
    return number(value) if value.__class__ is float else value


def _typed(text: str) -> Any:
    """As `plain`, but 1e3 is still a float."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMBER_START:
        return text
    if text in _NOT_JSON:
        raise NotJson(f"{text} is not a number that JSON knows, so the API server rejects it")
    digits = text.replace("_", "")
    if _INTEGER.match(digits):
        return _integer(digits)
    return _float(digits, text) if _FLOAT.match(digits) else text


def _integer(digits: str) -> int | float:
    sign = -1 if digits[0] == "-" else 1
    body = digits.lstrip("+-").lower()
    base = {"0x": 16, "0b": 2, "0o": 8}.get(body[:2])
    if base:
        body = body[2:]
    else:
        base = 8 if body[0] == "0" else 10
    if len(body) > 64 and base != 2:
        return float(digits)
    value = sign * int(body or "0", base)
    return value if -(2**63) <= value < 2**63 else float(value)


def _float(digits: str, text: str) -> Any:
    value = float(digits)
    return text if value in (float("inf"), float("-inf")) else value


def number(value: float) -> int | float:
    """The number as JSON carries it: Go writes a whole float without a point, so it comes back as an integer."""
    return int(value) if value.is_integer() and abs(value) < 2**63 else value


def key_text(value: Any) -> str:
    """The text of a mapping key whose value is not a string. Raises NotJson for null and collections."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _short(value)
    raise NotJson("a key has no value" if value is None else "a key must be a text, not a list or a mapping")


def _short(value: float) -> str:
    """The shortest text that is the same 32-bit number, as Go prints a float key."""
    try:
        wanted = struct.pack("f", value)
    except OverflowError:
        return repr(value)
    texts = (f"{value:.{digits}g}" for digits in range(6, 10))
    return next((text for text in texts if struct.pack("f", float(text)) == wanted), repr(value))


class PlainTable(dict[str, Any]):
    """Memo of unquoted scalars; equal texts share one object. Call `trim` now and then to keep it bounded."""

    def __missing__(self, text: str) -> Any:
        value = plain(text)
        if len(text) <= _MEMO_LENGTH:
            self[text] = value
        return value

    def trim(self) -> None:
        """Forget everything once there are too many entries."""
        if len(self) > _MEMO_ENTRIES:
            self.clear()


class KeyTable(PlainTable):
    """Memo of unquoted keys: `on` is the key "true", as it is for the API server."""

    def __missing__(self, text: str) -> str:
        if text == "<<":
            raise NotJson("a merge key has no text")
        key = key_text(_typed(text))
        if len(text) <= _MEMO_LENGTH:
            self[text] = key
        return key


PLAIN = PlainTable()
KEYS = KeyTable()
