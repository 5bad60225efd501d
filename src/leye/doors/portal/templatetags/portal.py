"""Filters of the public pages."""

from decimal import Decimal

from django import template

register = template.Library()


@register.filter
def points(change: Decimal) -> str:
    """Write a change of a rate in percentage points, in words rather than by sign alone."""
    if not change:
        return "持平"
    return f"{'高' if change > 0 else '低'} {abs(change).normalize():f} 个百分点"
