Editors let a form check IBANs, dates of birth and typed signatures; page, REST and JSON Schema agree.
