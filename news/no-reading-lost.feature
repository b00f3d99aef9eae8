The trial in which the bridge is killed twenty times is published with its figures, and with what is lost by acknowledging on arrival.
