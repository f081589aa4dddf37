"""The home of robust validation: how far a booking can be raised and each of its nominations transported."""

from capacity.hydraulics.robust.scale import RobustScale, robust_scale

__all__ = ["RobustScale", "robust_scale"]
