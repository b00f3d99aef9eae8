"""Who is signed in: records that end, and leave nothing of the person behind."""
