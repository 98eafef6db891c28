"""A strict reader of a configuration file: every mistake is a sentence that begins with its place."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from meshctl.graph.nearest import Names
from meshctl.model.location import Location
from meshctl.model.paths import Path, dotted
from meshctl.sources.positions import FileOrigin


class ConfigurationError(Exception):
    """A configuration file that cannot be read or says something unknown: one sentence."""


class Section:
    """A mapping of the file that knows which keys were asked for."""

    def __init__(self, file: str, origin: FileOrigin | None, path: Path, data: Mapping[str, Any]) -> None:
        self.file = file
        self._origin = origin
        self._path = path
        self._data = data
        self._known: set[str] = set()

    def value(self, key: str, kind: type[Any], default: Any) -> Any:
        """The value of a key, `default` where it is not set or null. Raises ConfigurationError for another type."""
        self._known.add(key)
        value = self._data.get(key)
        if value is None:
            return default
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.error(f"{self._name(key)} must be {_NOUNS[kind]}", key)
        return value

    def choice(self, key: str, allowed: tuple[str, ...], default: str) -> str:
        """A text that is one of these."""
        value: str = self.value(key, str, default)
        if value not in allowed and value != default:
            *others, last = allowed
            near = Names(allowed).nearest(value)
            hint = f" (did you mean {near}?)" if near else ""
            raise self.error(f"{self._name(key)} must be {', '.join(others)} or {last}, not {value!r}{hint}", key)
        return value

    def day(self, key: str) -> date | None:
        """A date as 2027-01-31."""
        value = self.value(key, str, "")
        try:
            return date.fromisoformat(value) if value else None
        except ValueError:
            raise self.error(f"{self._name(key)} must be a date as 2027-01-31, not {value!r}", key) from None

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        items = self.value(key, list, [])
        for position, item in enumerate(items):
            if not isinstance(item, str):
                raise self.error(f"{self._name(key)} must be a list of texts", key, position)
        return tuple(items)

    def pairs(self, key: str) -> dict[str, str]:
        """A mapping of texts."""
        items = self.value(key, dict, {})
        for name, item in items.items():
            if not isinstance(item, str):
                raise self.error(f"{self._name(key)} must be a mapping of texts", key, name)
        return dict(items)

    def section(self, key: str) -> "Section":
        """The mapping under a key."""
        return Section(self.file, self._origin, (*self._path, key), self.value(key, dict, {}))

    def sections(self, key: str) -> list["Section"]:
        """The mappings of a list."""
        items = self.value(key, list, [])
        for position, item in enumerate(items):
            if not isinstance(item, dict):
                raise self.error(f"{self._name(key)} must be a list of mappings", key, position)
        return [Section(self.file, self._origin, (*self._path, key, i), item) for i, item in enumerate(items)]

    def needs(self, key: str) -> None:
        """Raise ConfigurationError unless the key has a value."""
        if not self._data.get(key):
            raise self.error(f"{dotted(self._path)} needs a {key}")

    def refuse_unknown(self) -> None:
        """Raise ConfigurationError for a key that nobody asked for, with the nearest known one."""
        for key in self._data:
            if key not in self._known:
                near = Names(self._known).nearest(str(key)) or self._same_letters(str(key))
                hint = f"did you mean {near}?" if near else f"known here: {', '.join(sorted(self._known))}"
                raise self.error(f"unknown key {self._name(str(key))}: {hint}", str(key), on_key=True)

    def place(self, *path: str | int, on_key: bool = False) -> Location | None:
        """Where something of this section stands; None for a file without content."""
        return self._origin.locate((*self._path, *path), key=on_key) if self._origin else None

    def error(self, sentence: str, *path: str | int, on_key: bool = False) -> ConfigurationError:
        """The sentence behind the place that it is about."""
        place = self.place(*path, on_key=on_key)
        where = f"{self.file}:{place.start_line}:{place.start_column}" if place else self.file
        return ConfigurationError(f"{where}: {sentence}")

    def _same_letters(self, key: str) -> str | None:
        plain = key.replace("_", "").replace("-", "").lower()
        return next((known for known in sorted(self._known) if known.lower() == plain), None)

    def _name(self, key: str) -> str:
        return dotted((*self._path, key))


_NOUNS = {str: "a text", int: "a whole number", list: "a list", dict: "a mapping", bool: "true or false"}
