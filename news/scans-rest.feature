Operators list the files that are held back by the virus scan, and repeat a scan, over REST.
