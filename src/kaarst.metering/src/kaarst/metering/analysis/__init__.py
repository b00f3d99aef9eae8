"""What readings say: comparisons, base load, leaks, ranking, alerts. Plain Python over the store."""
