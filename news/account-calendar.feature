Mein Kaarst says which departments have looked at what stands in it, and offers a calendar at a secret address that can be renewed and switched off.
