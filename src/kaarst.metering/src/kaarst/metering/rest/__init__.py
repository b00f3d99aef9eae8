"""The interface of the meters for front ends and other programs."""
