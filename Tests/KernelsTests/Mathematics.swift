#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

func exponential(_ x: Double) -> Double { exp(x) }
func logarithmOf(_ x: Double) -> Double { log(x) }
func exponentialMinusOne(_ x: Double) -> Double { expm1(x) }
func hyperbolicTangent(_ x: Double) -> Double { tanh(x) }
