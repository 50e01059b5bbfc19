"""What follows the orders: customers changed, ids registered, refusals reported. No order's outcome changes.

Not here: the decisions; they are in `pipeline.bookkeeping`.
"""
