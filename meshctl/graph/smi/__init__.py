"""What resources of the Service Mesh Interface mean to each other."""
