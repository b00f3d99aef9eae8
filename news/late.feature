On the day of an appointment citizens say in one tap that they are late or cannot come; a desk with appointments to come cannot be deleted.
