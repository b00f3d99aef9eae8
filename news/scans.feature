Files that citizens send are scanned for viruses by ClamAV where it runs, and nobody gets them before; operators decide about what was found.
