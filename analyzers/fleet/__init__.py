"""Checks of what differs between clusters that should be equal."""

# Of one cluster they have nothing to say: `meshctl fleet` imports them whatever the input is.
DOMAINS = ("fleet.meshctl.dev",)
