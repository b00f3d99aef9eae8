Who acts for somebody else sees it above every page; cases and appointments say who sent them for whom, and clerks note that they have seen a proof.
