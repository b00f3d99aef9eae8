A decision or a letter is a draft, is reviewed, released and filed; editors adapt the names and who may, and can demand that somebody else releases it.
