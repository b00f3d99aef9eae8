Publishing a form makes a numbered version that never changes: citizens, cases and begun forms keep theirs, and editors preview, compare and go back.
