"""Desks as editors make them in the browser, and the engine's `Plan` that follows from them."""
