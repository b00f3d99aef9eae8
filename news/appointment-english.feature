Appointments are booked, moved and cancelled in English as well: a link on the page, the links of English pages and the English mail lead there.
