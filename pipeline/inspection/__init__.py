"""What the columns of a table hold, told without a mapping.

Belongs here: counting, the shapes of values (a number, a date and its formats, a code), and risks such as
lost digits or mixed dates, each with its first cells. Batches of rows come in, values go out; memory does
not grow with the rows.
Does not belong here: opening files and guessing their layout (loaders), wording and masking (reporting),
what a column means for an order (mapping).
"""
