"""The documents of plugins: parsing, policy, findings. Imports nothing, since `functions.resolve` loads it."""
