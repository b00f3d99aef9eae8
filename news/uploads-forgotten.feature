Files with readings that were looked at and never imported are deleted after a week. `@energy` is reckoned once a minute.
