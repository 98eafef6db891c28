"""Texts of many files to their documents: from the cache, here, and in a second process where that is quicker."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from meshctl.sources.documents import Document
from meshctl.sources.parsing import PARSER_VERSION, parse
from meshctl.sources.secondprocess import may_fork, shared_out

if TYPE_CHECKING:
    from meshctl.sources.cache import DocumentCache

# Below this many bytes (all files together) parsing is quicker than loading what the cache needs.
_WORTH_CACHING = 32 * 1024
# From this many bytes on, a second process is worth its start and the way back of its results.
_WORTH_FORKING = 2 * 1024 * 1024


class Text(Struct, frozen=True):
    """The text of a file as UTF-8; `json` says that its name promises JSON."""

    data: bytes
    json: bool


def documents_of(
    texts: Sequence[Text], cache: "DocumentCache | None" = None, meanwhile: Callable[[], None] | None = None
) -> list[list[Document]]:
    """The documents of each text, in the order of the texts.

    `meanwhile` is done while a second process parses; where there is none, it is not done.
    """
    if cache is None or sum(len(text.data) for text in texts) < _WORTH_CACHING:
        return [documents for documents, _ in _parse_all(texts, meanwhile)]
    from meshctl.sources.rows import decode, encode

    keys = [cache.key(text.data, f"{PARSER_VERSION}{'json' if text.json else 'yaml'}") for text in texts]
    kept = [cache.get(key) for key in keys]
    results = [decode(content) if content is not None else None for content in kept]
    missing = [index for index, result in enumerate(results) if result is None]
    for index, (documents, encoded) in zip(
        missing, _parse_all([texts[index] for index in missing], meanwhile), strict=True
    ):
        results[index] = documents
        content = encoded or encode(documents)
        if content is not None:
            cache.put(keys[index], content)
    return [result or [] for result in results]


_Parsed = tuple[list[Document], bytes | None]


def _parse_all(texts: Sequence[Text], meanwhile: Callable[[], None] | None) -> list[_Parsed]:
    """The documents of each text, with their encoded form where it is at hand."""
    if len(texts) > 1 and sum(len(text.data) for text in texts) >= _WORTH_FORKING and may_fork():
        return _in_two(texts, meanwhile)
    return [(parse(text.data, json=text.json), None) for text in texts]


def _in_two(texts: Sequence[Text], meanwhile: Callable[[], None] | None) -> list[_Parsed]:
    from meshctl.sources.rows import decode, encode

    def back(content: bytes) -> _Parsed | None:
        documents = decode(content)
        return (documents, content) if documents is not None else None

    return shared_out(
        len(texts),
        here=lambda index: (parse(texts[index].data, json=texts[index].json), None),
        away=lambda index: encode(parse(texts[index].data, json=texts[index].json)),
        back=back,
        meanwhile=meanwhile,
    )
