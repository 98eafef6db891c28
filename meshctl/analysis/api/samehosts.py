"""What checks of resources that claim one host together use besides."""

from meshctl.graph.samehosts import (
    CatchAlls,
    SharedPort,
    competing_catch_alls,
    rules_of_one_host,
    shared_entry_ports,
)

__all__ = ["CatchAlls", "SharedPort", "competing_catch_alls", "rules_of_one_host", "shared_entry_ports"]
