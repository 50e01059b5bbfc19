"""orderlift: a legacy shop's order history, out of spreadsheets and into Akinon Omnitron."""
