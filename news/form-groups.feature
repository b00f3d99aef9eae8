Editors build repeating groups (each dog, each person) and choose by clicking after which answer a question is asked; page, REST and JSON Schema follow one rule.
