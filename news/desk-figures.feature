Figures of a desk without names: appointments, no-shows (also by service), waiting times, use by service, weekday, hour and way of booking, as pictures, tables, CSV and over REST.
