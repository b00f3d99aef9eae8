"""`POST {desk}/@appointment-move`, `-cancel`, `-arrive`, `-no-show`: by number, for the staff."""
