One job of the worker can be run by hand: `kaarst-worker --once --only NAME`.
