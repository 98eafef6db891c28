"""The rules of one house."""
