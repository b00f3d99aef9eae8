Messages and decisions of the town stand in a mailbox in Mein Kaarst; an e-mail without content tells of them, and clerks see when they were read.
