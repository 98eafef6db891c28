"""How routes of the Gateway API attach, what they may refer to, and what their controllers say of them."""
