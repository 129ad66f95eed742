"""Slow proofs: what building many papers costs. ``make bench`` runs them."""
