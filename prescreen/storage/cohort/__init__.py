"""One trial, many people: packed answers, columns, snapshots, and the engines that evaluate them."""
