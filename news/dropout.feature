The figures show at which step of a form people stop: as picture, table, CSV and over REST, counted without persons and cookies.
