"""The home page: blocks that editors choose, fill and arrange without code."""
