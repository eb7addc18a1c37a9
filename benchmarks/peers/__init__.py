"""What the project is compared with: each peer in a file of its own."""
