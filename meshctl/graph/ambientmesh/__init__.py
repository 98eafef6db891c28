"""What ambient mode does with the rest of the configuration: waypoints and who uses them, and what needs one."""
