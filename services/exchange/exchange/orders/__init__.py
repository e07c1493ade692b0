"""12345 orders: taken in once, told to the platform, moved on as the hotline moves them on."""
