Clerks split a part off a case, merge a duplicate into the other case and take it apart again; they write internal notes, and the search of their list finds messages, notes and names of documents.
