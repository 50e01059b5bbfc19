"""A problem becomes a bundle that may be shared: small, in disguise, and searched before it is written.

Not here: how rows get smaller and values disguised; that is `redaction`.
"""
