// CheckpointsTests
