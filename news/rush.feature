Booking an appointment takes half the processor time: what is sent as JSON is no longer looked over for a theme and a caching rule, and the calendar file of a desk is put together once.
