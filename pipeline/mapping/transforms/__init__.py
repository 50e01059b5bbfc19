"""Named transforms: what each takes and gives, its arguments, its examples, and the function it makes.

A file for each family, one registry, and the chains that rules compose of them. A transform is pure: the
same cell and arguments give the same value on every machine, at any time. Does not belong here: where a cell
comes from (the rules), what a field allows (validation), reading files or finding plug-ins (runs).
"""
