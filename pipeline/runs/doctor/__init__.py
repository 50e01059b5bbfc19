"""What a run depends on is looked at before it is needed: machine, target, a test channel.

Not here: repairs.
"""
