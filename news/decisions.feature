Clerks issue decisions as accessible PDF letters made of templates with placeholders that editors write in the browser; citizens read them with number and PIN.
