Values of meters arrive on the page as they are measured: `kaarst-live` sends them to thousands of viewers, past Plone's processes; `@live` says who may watch what.
