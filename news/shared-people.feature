A person, a room or a kit that two desks have in common is booked at one of them at a time. A counter with appointments to come, or one that is shared, cannot be deleted.
