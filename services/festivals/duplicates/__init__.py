"""Events that are listed twice: found, shown to the curators concerned, merged or told apart by them."""
