The site has its own page frame and style sheet on KERN's design tokens: light and dark, narrow and wide, print, without Diazo and without Plone's scripts for visitors.
