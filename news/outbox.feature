Mail is written down with the record it is about and sent by a worker afterwards; what cannot be sent stays visible to operators.
