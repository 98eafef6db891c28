"""What the checks of who proves to be whom use besides: which PeerAuthentications compete, and which select nobody."""

from meshctl.graph.peerauthentications import peerauthentication_rivals, peerauthentications_by_place
from meshctl.graph.selectingnothing import selecting_nothing

__all__ = ["peerauthentication_rivals", "peerauthentications_by_place", "selecting_nothing"]
