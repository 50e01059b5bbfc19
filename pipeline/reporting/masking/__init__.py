"""What must not be seen, or must not act: personal data, control characters, formulas.

Not here: which part of an order is shown; that is `shown`.
"""
