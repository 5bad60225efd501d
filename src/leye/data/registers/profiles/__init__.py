"""What the registers and the sources know of each person, household and employer, side by side.

Wide rows for whoever asks many things of everybody at once, such as the policies. Nothing here is
kept: a profile is an expression. A null is not known, or on no list; which of the two, the columns
of a part tell together.
"""

from leye.data.registers.profiles.employers import employer_profile
from leye.data.registers.profiles.households import household_profile
from leye.data.registers.profiles.people import person_profile

__all__ = ["employer_profile", "household_profile", "person_profile"]
