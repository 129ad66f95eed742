"""How pages become HTML with little work: what is the same for many of them is done once."""
