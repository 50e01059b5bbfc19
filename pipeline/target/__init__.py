"""Everything that speaks to Omnitron.

Belongs here: the wire and its failures, the client, lookups, payload models, the target's complaints.
Does not belong here: what a failure means for an order (upload), remembering (journal), waiting (runs).
"""
