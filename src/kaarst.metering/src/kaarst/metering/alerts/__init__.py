"""What somebody should look at: found by the worker, mailed once, listed until it is over."""
