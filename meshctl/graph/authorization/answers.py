"""Answers of three kinds: yes, no, and what would have to be known to say."""

from collections.abc import Iterable

Answer = bool | tuple[str, ...]
"""True, False, or the facts that the answer depends on, each as a reader names it: `the path`."""


def all_of(answers: Iterable[Answer]) -> Answer:
    """No if one is no, whatever the others are; yes if all are yes."""
    unknown: dict[str, None] = {}
    for answer in answers:
        if answer is False:
            return False
        if answer is not True:
            unknown.update(dict.fromkeys(answer))
    return tuple(unknown) or True


def any_of(answers: Iterable[Answer]) -> Answer:
    """Yes if one is yes, whatever the others are; no if all are no."""
    unknown: dict[str, None] = {}
    for answer in answers:
        if answer is True:
            return True
        if answer is not False:
            unknown.update(dict.fromkeys(answer))
    return tuple(unknown) or False


def opposite(answer: Answer) -> Answer:
    """Yes for no and no for yes; what is unknown stays so."""
    return not answer if isinstance(answer, bool) else answer
