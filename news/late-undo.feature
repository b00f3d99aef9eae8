Who said to be late can say to come in time after all, and who cancelled by mistake takes the same time again while it is free.
