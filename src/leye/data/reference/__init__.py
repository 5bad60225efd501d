"""Reference lists: places, occupations, industries, key groups, calendar. Nothing is computed here.

Every list says its edition and source; the files and what is known of them are in ``files``.
"""

from leye.data.reference.calendar import ArrangedDay, Calendar, DayKind, NoArrangement
from leye.data.reference.classification import Classification, Entry, Flaw, NotValidOn
from leye.data.reference.editions import (
    Edition,
    SourceNote,
    data_file_names,
    digest_of,
    edition_of,
    source_notes,
)
from leye.data.reference.lists import (
    calendar,
    industries,
    key_groups,
    labelled_titles,
    occupations,
    places,
    town_points,
)
from leye.data.reference.places import AmbiguousName, Place, Places
from leye.data.reference.points import Point

__all__ = [
    "AmbiguousName",
    "ArrangedDay",
    "Calendar",
    "Classification",
    "DayKind",
    "Edition",
    "Entry",
    "Flaw",
    "NoArrangement",
    "NotValidOn",
    "Place",
    "Places",
    "Point",
    "SourceNote",
    "calendar",
    "data_file_names",
    "digest_of",
    "edition_of",
    "industries",
    "key_groups",
    "labelled_titles",
    "occupations",
    "places",
    "source_notes",
    "town_points",
]
