"""One request on its way through the mesh: each decision, and the field that made it."""
