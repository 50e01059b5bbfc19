"""The ledger of a channel is kept in step with its runs, and runs are held against it.

Not here: its tables; they are in `journal`.
"""
