"""What departments would deliver of the synthetic city, flaws included, and the truth beside it."""

from leye.data.twin.deliveries.make import FolderInUse, Made, make_deliveries
from leye.data.twin.deliveries.manifest import Arrival, NoManifest, read_manifest
from leye.data.twin.deliveries.rates import FlawKind, FlawRate, default_rates, no_flaws

__all__ = [
    "Arrival",
    "FlawKind",
    "FlawRate",
    "FolderInUse",
    "Made",
    "NoManifest",
    "default_rates",
    "make_deliveries",
    "no_flaws",
    "read_manifest",
]
