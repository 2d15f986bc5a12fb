// SparsityTests
