"""What speaking with a target takes: address, transport, token, pace, and the locks of the run it is about.

Not here: what is asked or sent.
"""
