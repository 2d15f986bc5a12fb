// BenchmarksTests
