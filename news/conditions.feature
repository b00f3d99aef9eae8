Questions can also depend on another answer than some, on one of several, and on whether a question was answered at all; the page, the server and front ends judge by one rule.
