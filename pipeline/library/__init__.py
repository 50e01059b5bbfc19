"""The verbs as programs and notebooks call them: paths and plain values in, a value out.

Belongs here: a function for each command that a program has a use for, a file a story, and the frames they
give. Does not belong here: work (runs), sentences (reporting).

Every verb raises a :class:`~pipeline.model.refusal.Refusal` where it cannot do its work at all (its
``issues`` say why); what is wrong with single orders stands in the value. Where a verb takes a ``run``, that
is its id, the beginning of it, or a result of an earlier verb; the newest where it is left out. Journals live
in ``state_dir`` (by default that of the result, else one folder per user), reports in ``report_dir``.
"""
