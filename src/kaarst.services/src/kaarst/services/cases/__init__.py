"""Cases (Vorgänge): what citizens have sent, until it is decided."""
