The data protection officer finds what is stored about a person, gives it out as a ZIP file and erases it; running cases and coming appointments are held.
