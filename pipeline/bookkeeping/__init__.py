"""What the target is told about orders that were sent already: which remote ids they have, what went wrong.

Belongs here: which objects an order has, how they are put into batch requests, what answers mean, what a
lost answer leaves to be done. Values in, values out. Does not belong here: HTTP (target), SQLite (journal),
the order of the steps and waiting (runs). Nothing here ever changes what became of an order.
"""
