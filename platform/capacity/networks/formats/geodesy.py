"""Lengths on the Earth: the WGS 84 ellipsoid, degrees in, metres out."""

import math
from collections.abc import Sequence
from itertools import pairwise

EQUATORIAL_RADIUS_M = 6_378_137.0
FLATTENING = 1 / 298.257_223_563

Position = tuple[float, float]
"""Longitude and latitude in degrees."""


def geodesic_m(start: Position, end: Position) -> float:
    """Return the length of the geodesic, within about 10 m for anything a pipeline spans.

    Lambert's formula (1942): the great circle between reduced latitudes, corrected to first order of the
    flattening. Nearly antipodal points are beyond it.
    """
    (lon_1, lat_1), (lon_2, lat_2) = start, end
    reduced_1 = math.atan((1 - FLATTENING) * math.tan(math.radians(lat_1)))
    reduced_2 = math.atan((1 - FLATTENING) * math.tan(math.radians(lat_2)))
    half_lat = math.sin((reduced_2 - reduced_1) / 2)
    half_lon = math.sin(math.radians(lon_2 - lon_1) / 2)
    haversine = half_lat**2 + math.cos(reduced_1) * math.cos(reduced_2) * half_lon**2
    angle = 2 * math.asin(math.sqrt(min(1.0, haversine)))
    if angle == 0:
        return 0.0
    mean, half = (reduced_1 + reduced_2) / 2, (reduced_2 - reduced_1) / 2
    wide = (angle - math.sin(angle)) * (math.sin(mean) * math.cos(half) / math.cos(angle / 2)) ** 2
    narrow = (angle + math.sin(angle)) * (math.cos(mean) * math.sin(half) / math.sin(angle / 2)) ** 2
    return EQUATORIAL_RADIUS_M * (angle - FLATTENING / 2 * (wide + narrow))


def length_m(line: Sequence[Position]) -> float:
    """Return the length of a line along all of its vertices."""
    return math.fsum(geodesic_m(start, end) for start, end in pairwise(line))
