"""Flags in, one verb run, exit code out; one file per command.

Does not belong here: anything a program or a notebook would want too (runs).
"""
