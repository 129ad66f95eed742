"""Search: our own engine, small and documented."""
