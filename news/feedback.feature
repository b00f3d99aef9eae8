Every page asks whether it was helpful; editors see the answers page by page. Nothing is known about who answered, and comments are deleted after a set period.
