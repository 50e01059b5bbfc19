"""From files to a sealed run: the stages of a check and a plan in their order, and what a check asks people.

Not here: anything that is sent.
"""
