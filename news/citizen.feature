The demo city has a pretended BundID with persons at three levels; `make run` says where. A test follows a citizen from the first login to the deleted account, and looks for traces in every store.
