"""Ways to break a manifest, as a text and as parsed documents; each draws all chance from the generator it is given."""

import random
from collections.abc import Iterator
from typing import Any

_ODD: tuple[Any, ...] = (
    None,
    [],
    {},
    "",
    " ",
    "*",
    ".",
    "/",
    "a/b/c",
    "x" * 5000,
    "\u202e\u0000é",
    "[",
    "(?P<",
    "*.*.example.com",
    "~",
    0,
    -1,
    65536,
    10**30,
    1e400,
    float("nan"),
    0.1,
    True,
    False,
    "true",
    "80",
    "1.5Gi",
    "100mm",
    [None],
    [[]],
    [{}],
    {"": ""},
    {1: 2},
    {None: None},
    {"name": {"name": ["name"]}},
    ["a", 1, None, {"b": []}],
    "{",
    '{"global": {"proxy": []}}',
    '{"global": null}',
    "2020-01-01",
)


def mutate_tree(draw: random.Random, documents: list[Any]) -> None:
    """Change one place of the documents: delete, replace, repeat, wrap, swap types, or copy another place's value."""
    places = list(_places(documents))
    if not places:
        return
    parent, key = draw.choice(places)
    way = draw.randrange(7)
    if way == 0:
        del parent[key]
    elif way == 1:
        parent[key] = unshared(draw.choice(_ODD))
    elif way == 2:
        other, other_key = draw.choice(places)
        parent[key] = unshared(other[other_key])
    elif way == 3:
        parent[key] = [unshared(parent[key]) for _ in range(draw.choice((1, 2, 50)))]
    elif way == 4:
        parent[key] = {"spec": parent[key]}
    elif way == 5:
        parent[key] = _other_type(parent[key])
    elif isinstance(parent, dict):
        parent[draw.choice(("spec", "metadata", "name", "namespace", "hosts", "http", 7, "labels"))] = parent.pop(key)
    else:
        parent.insert(key, unshared(draw.choice(_ODD)))


def mutate_text(draw: random.Random, text: str) -> str:
    """Cut the text, shuffle or repeat lines, break indentation, or put odd characters somewhere."""
    lines = text.splitlines()
    if not lines:
        return text
    at = draw.randrange(len(lines))
    way = draw.randrange(8)
    if way == 0:
        return text[: draw.randrange(len(text))]
    if way == 1:
        part = lines[at : at + 6]
        draw.shuffle(part)
        lines[at : at + 6] = part
    elif way == 2:
        lines[at] = " " * draw.randint(1, 5) + lines[at]
    elif way == 3:
        lines[at] = lines[at].lstrip()
    elif way == 4:
        lines[at:at] = lines[draw.randrange(len(lines)) :][: draw.randint(1, 10)]
    elif way == 5:
        del lines[at : at + draw.randint(1, 5)]
    elif way == 6:
        lines[at] = lines[at].replace(
            ": ", draw.choice((":", ":\t", ": !!binary ", ": &a ", ": *a ", ": |", ": {", ": - ")), 1
        )
    else:
        position = draw.randint(0, len(lines[at]))
        junk = draw.choice(
            ("\t", "\u0085", "\ufeff", "\x07", "---", "...", "%", "{{ .Values.x }}", "<<: ", "? ", "'", '"')
        )
        lines[at] = lines[at][:position] + junk + lines[at][position:]
    return "\n".join(lines) + draw.choice(("", "\n", "\r\n"))


def unshared(value: Any) -> Any:
    """A copy in which nothing is in two places. Raises RecursionError for what contains itself."""
    if isinstance(value, dict):
        return {key: unshared(item) for key, item in value.items()}
    if isinstance(value, list):
        return [unshared(item) for item in value]
    return value


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """(container, key) of everything inside; odd keys included."""
    if isinstance(value, dict):
        for key in list(value):
            yield value, key
            yield from _places(value[key])
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield value, i
            yield from _places(item)


def _other_type(value: Any) -> Any:
    if isinstance(value, dict):
        return list(value.values())
    if isinstance(value, list):
        return {str(i): item for i, item in enumerate(value)}
    if isinstance(value, bool) or value is None:
        return str(value)
    if isinstance(value, int):
        return str(value)
    return [value]
