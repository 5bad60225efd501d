"""Where towns are: coordinates of a gazetteer, for those that could be matched."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Point:
    """A coordinate of a place: degrees WGS-84, ``accuracy_m`` the error to expect, in meters."""

    place: str
    lng: float
    lat: float
    source: str
    accuracy_m: int
