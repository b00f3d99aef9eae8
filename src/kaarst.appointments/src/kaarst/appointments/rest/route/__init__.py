"""`GET {desk}/@route`: the rounds of those who visit citizens at home."""
