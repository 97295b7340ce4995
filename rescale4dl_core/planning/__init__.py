"""What an acquisition costs: time, objects, storage and light (Eq. 3)."""
