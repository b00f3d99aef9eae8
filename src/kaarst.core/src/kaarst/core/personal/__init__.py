"""What the town knows about a person: found, given out and erased (Art. 15, 17 and 20 GDPR)."""
