"""The only place that knows the order of the other rooms: check, plan, apply, report, and what comes after.

Belongs here: composing rooms, waiting, the clock, progress. Does not belong here: how any single thing is
done (the rooms), flags and exit codes of a terminal (cli).

It has rooms of its own, one a story, and imports go one way between them, too. In the order of a run::

    rehearsing                                      files and mappings looked at, tried out
    opening → preparing → references → planning     from files to a sealed run
    connection → sending → bookkeeping, archive     orders leave, and what follows them
    applying                                        the order of all that
    ledger                                          what other runs of the channel did
    accounts ← explaining, fixing                   sums, promises, reports
    settling, undoing                               what was left open, what is taken back
    redacting, doctor, pruning                      a problem shared, a machine examined, old runs gone

``verbs`` are what the library and the command line call. ``asked``, ``machine``, ``state_folder`` serve all.
"""
