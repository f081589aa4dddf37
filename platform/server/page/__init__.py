"""The page at `/`: a network drawn from its own coordinates, with today's utilisation of every edge."""

from server.page.render import render

__all__ = ["render"]
