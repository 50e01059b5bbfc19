"""What is shown alike on a terminal, on the page and as JSON, as values that are fit to be seen.

Not here: layout.
"""
