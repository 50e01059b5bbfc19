"""The only place that knows the order of the rooms: check, plan, apply, report.

Belongs here: composing rooms, waiting, the clock, progress. Does not belong here: how any single thing is
done (the rooms), flags and exit codes of a terminal (cli).
"""
