"""When what does not return is named while no signal has come, by a thread or from outside."""

QUIET_S = 30.0
"""Seconds after which a plugin is named that has not returned."""
LOOK_S = 5.0
"""Seconds between two looks at the calls of plugins, and so between two beats of the thread."""
