Notices stand above all or chosen pages while they are switched on and until their end date.
