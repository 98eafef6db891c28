"""The structure of custom resources: which fields a kind has, and which resources do not have it."""
