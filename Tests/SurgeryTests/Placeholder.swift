// SurgeryTests
