"""What the tests of the API expect to find."""

from typing import Any

MONTHS = [f"2024-{month:02}" for month in range(1, 13)]
COUNTIES = ["袁州区", "丰城市", "樟树市"]

ADDRESSES = {
    "/api/v1/indicators": "/api/v1/indicators",
    "/api/v1/indicators/{code}": "/api/v1/indicators/urban_new_jobs",
    "/api/v1/places": "/api/v1/places",
    "/api/v1/places/{code}": "/api/v1/places/360902",
    "/api/v1/figures": "/api/v1/figures",
    "/api/v1/targets": "/api/v1/targets",
    "/api/v1/targets/{target_id}": "/api/v1/targets/urban_new_jobs",
    "/api/v1/deliveries/{number}": "/api/v1/deliveries/D000001",
    "/api/v1/register-indicators": "/api/v1/register-indicators",
    "/api/v1/register-indicators/{code}": "/api/v1/register-indicators/employment_rate",
    "/api/v1/register-figures": "/api/v1/register-figures?indicator=employed",
    "/api/v1/flows": "/api/v1/flows?kind=residence",
    "/api/v1/policies": "/api/v1/policies",
    "/api/v1/policies/{name}": "/api/v1/policies/unemployment_benefit",
}
"""Every address to read, as described, with one that answers."""

ASKED = {"/api/v1/policies/check"}
"""Addresses that are asked by POST."""


def figure_key(figure: dict[str, Any]) -> tuple[str, ...]:
    """Give what makes a figure one of its own."""
    return (figure["indicator"], figure["place"], figure["period"], figure["kind"])
