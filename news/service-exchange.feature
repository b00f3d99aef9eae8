Editors get services out as a table or as XML in the way of XZuFi 2.2, and read such files in again after a report of what would happen; also over REST.
