Clerks work through /vorgaenge; citizens ask at /status with number and PIN; other front ends use @form and @case.
