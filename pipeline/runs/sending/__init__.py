"""Orders on their way: workers, agenda, canary, standstills, and the recorder that writes to the journal.

Not here: what an answer means; that is `upload`.
"""
