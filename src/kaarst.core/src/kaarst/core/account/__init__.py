"""The citizen's account: what somebody has sent while signed in, or brought in, without a PIN."""
