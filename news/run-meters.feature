The demo city has simulated meters: broker, bridge and meters run within make run.
