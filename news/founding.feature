A new town is created with folders, legal pages and a home page; the demo city brings Kaarst with 30 services, 12 life situations, departments, places, news, events and pictures.
