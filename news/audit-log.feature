Who signs in, reads personal data, exports, deletes or changes rights is recorded in a log that is only ever added to; whatever is changed in it is found.
