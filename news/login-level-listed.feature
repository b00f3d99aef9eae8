`@services` and the results of a search say which login a service's form needs; a case into which others were merged shows the lowest level of their logins.
