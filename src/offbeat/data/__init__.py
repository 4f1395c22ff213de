"""Series in and out: reading, cleaning, making, finding them."""
