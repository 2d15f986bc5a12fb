// DeadwoodTests
