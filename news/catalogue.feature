Services and life situations: a search that forgives typing mistakes and understands everyday sentences, A to Z, and a page that answers in the order a reader asks.
