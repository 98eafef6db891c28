"""The notation of the field lists beside this file, which the head of istio.txt explains."""

from pathlib import Path

from meshctl.graph.structure.shape import ANY, LIST, MAPPING, SCALARS, Shape

_SCALARS = {name: Shape(SCALARS[of]) for name, of in (("text", "string"), *((n, n) for n in SCALARS))}


class FieldLists:
    """The blocks of one file; each is read when first asked for."""

    def __init__(self, text: str) -> None:
        blocks = (block.strip().partition("\n") for block in text.split("\n\n") if not block.startswith("#"))
        self._blocks = {name: lines for name, _, lines in blocks}
        self._known: dict[str, Shape] = {}

    @classmethod
    def of_file(cls, name: str) -> "FieldLists":
        """Those of a file beside this one."""
        return cls(Path(__file__).with_name(name).read_text(encoding="utf-8"))

    @property
    def unread(self) -> set[str]:
        """Names of the blocks that nobody asked for yet."""
        return self._blocks.keys() - self._known.keys()

    def block(self, name: str) -> Shape:
        """The mapping that a block describes. Raises KeyError where there is none of that name."""
        known = self._known.get(name)
        if known is None:
            fields = (line.strip().partition(": ") for line in self._blocks[name].splitlines())
            known = self._known[name] = Shape(MAPPING, {field: self._type(words) for field, _, words in fields})
        return known

    def _type(self, words: str) -> Shape:
        inner = words[1:-1]
        if words[0] == "[":
            return Shape(LIST, items=self._type(inner))
        if words[0] == "{":
            return Shape(MAPPING, rest=self._type(inner))
        if " | " in words:
            values = words.split(" | ")
            if all(map(str.isdigit, values)):
                return Shape(SCALARS["integer"], values=tuple(map(int, values)))
            return Shape(SCALARS["string"], values=tuple(values))
        if words == "any":
            return ANY
        return _SCALARS.get(words) or self.block(words)
