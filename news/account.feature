Citizens who sign in find their cases, begun forms and appointments under *Mein Kaarst* without a PIN, and bring in what they sent before; the same over `@account`.
