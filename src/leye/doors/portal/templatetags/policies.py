"""Filters of the pages about policies."""

from collections.abc import Mapping

from django import template

from leye.decision.policy.saying import label_of
from leye.doors.portal.policy_history import KIND_ZH
from leye.doors.portal.policy_words import anchor

register = template.Library()


@register.filter
def month_words(month: int) -> str:
    """Write a month such as 202501 in words."""
    return f"{month // 100}年{month % 100}月"


@register.filter
def item(found: Mapping[str, str], key: str) -> str:
    """Give what a mapping has for a key, blank where it has nothing."""
    return found.get(key, "")


@register.filter
def term_label(name: str) -> str:
    """Give the label of a quantity."""
    return label_of(name)


@register.filter
def row_id(path: str) -> str:
    """Give the id of a parameter's row."""
    return anchor(path)


@register.filter
def month_value(month: int) -> str:
    """Write a month such as 202501 as a field for months takes it."""
    return f"{month // 100:04d}-{month % 100:02d}"


@register.filter
def source_kind(kind: str) -> str:
    """Say what kind of page a source is; a kind without a word is shown as it is."""
    return KIND_ZH.get(kind, kind)
