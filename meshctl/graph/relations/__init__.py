"""The references between resources, one file a family; each Relation found here is part of the graph."""
