"""What ends a command early, in words for the user."""


class UsageError(Exception):
    """The command, a flag or the configuration is wrong: one sentence, exit code 2."""
