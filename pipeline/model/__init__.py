"""Frozen values every room speaks in.

Belongs here: locations, issues and their catalogue, cells and row batches, payload fields, orders,
exchanges with the target, states, summaries. Nothing here reads, writes, waits or imports a third party.
"""
