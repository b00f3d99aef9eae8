"""Forms that editors build in the browser, and what citizens send with them."""
