"""Checks of the requests that `meshctl trace` follows, in whatever mesh, also in none."""

FACTS = ("questions",)
