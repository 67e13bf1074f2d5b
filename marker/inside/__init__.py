"""What runs inside the sandbox. It knows no answer, and imports nothing else of the marker."""
