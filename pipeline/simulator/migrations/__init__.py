"""The target's import of old data by files, an archive beside the live orders.

Belongs here: reading such a file, judging its rows, the order of work, the progress of a job.
Does not belong here: live orders, customers and addresses.
"""
