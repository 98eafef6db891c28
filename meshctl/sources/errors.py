"""What can go wrong with an input: a wrong call (`InputError`) and a document that cannot be parsed (`Unparsed`)."""


class InputError(Exception):
    """The caller asked for something that cannot be read at all: exit code 2. The text is a whole sentence."""


class Unparsed(Exception):
    """A document cannot be parsed. `line` and `column` count from 0 within the text that was being parsed.

    The message is a clause without a full stop; `{until}` in it stands for the line `until`, counted alike.
    """

    def __init__(self, message: str, line: int = 0, column: int = 0, until: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column
        self.until = until

    def told(self, first_line: int) -> str:
        """The message for a text that begins on the given line of its file."""
        return self.message.replace("{until}", str(first_line + self.until))
