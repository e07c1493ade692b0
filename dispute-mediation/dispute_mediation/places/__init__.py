"""What other contexts said of estates and of who operates them."""
