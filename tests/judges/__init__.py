"""What judges from outside say of the documents we publish, and of the clients made of them."""
