"""What the columns of an export mean for an order, told by their names, values and arithmetic.

Belongs here: weighing a header against synonyms, what values prove, which column joins two tables, which
sums hold, and the suggestion that comes of it, each part with its confidence and reasons as keys. Tables
come in as facts and sampled rows, values go out; memory does not grow with the rows.
Does not belong here: reading files (loaders, runs), counting shapes (inspection), the words of reasons and
the text of the mapping (reporting), asking people (cli).
"""
