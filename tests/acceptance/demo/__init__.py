"""Tests on one installation of the demo, which they share."""
