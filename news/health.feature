`@health` tells how every part of the city is, and `@openapi` describes the whole interface.
