"""Orders that go into the target's archive by migration files: written, started once each, seen to their end.

Not here: how a row of such a file looks.
"""
