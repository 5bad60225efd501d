"""Filters of the pages about policies."""

from django import template

from leye.doors.portal.policy_history import KIND_ZH

register = template.Library()


@register.filter
def month_words(month: int) -> str:
    """Write a month such as 202501 in words."""
    return f"{month // 100}年{month % 100}月"


@register.filter
def source_kind(kind: str) -> str:
    """Say what kind of page a source is; a kind without a word is shown as it is."""
    return KIND_ZH.get(kind, kind)
