"""What is left over or lost is found, and mended where that is safe."""
