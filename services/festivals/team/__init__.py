"""The people of a festival and what is proposed to them."""
