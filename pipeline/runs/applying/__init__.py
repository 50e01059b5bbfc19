"""A sealed run is sent: its stages in their order, and complaints brought to cells when it is over.

Not here: how one order is sent.
"""
