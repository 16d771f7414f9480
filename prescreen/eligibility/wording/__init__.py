"""Words for visitors made from rules, and from the words of registries; and what tells how a team checks them."""
