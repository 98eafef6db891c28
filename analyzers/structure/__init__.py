"""Checks of the structure of custom resources: fields, types and values that their kind does not have."""
