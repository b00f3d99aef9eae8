A site that is not the demo city and still accepts a demo password is reported as ill by `@health`.
