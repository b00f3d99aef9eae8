News, events, sections, the search and the pages for errors are drawn by the site: usable without a script, with feeds and calendar files.
