"""Model loading, batching by length, and inference; knows nothing of comments."""
