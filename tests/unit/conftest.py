"""What the unit tests share: nothing is timed, on machines that are as busy as they please."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
