"""A place in a file."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A region of a file. Lines and columns count from 1, columns in characters; the end column is exclusive.

    `source` holds the whole first line of the region, without its line break, for reports that show it.
    """

    file: str
    start_line: int
    start_column: int
    end_line: int
    end_column: int
    source: str = field(default="", compare=False)
