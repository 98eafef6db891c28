"""Checks of the input and of the run itself."""
