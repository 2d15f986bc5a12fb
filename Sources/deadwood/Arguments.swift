import ArgumentParser
import Networks

/// The values of a list parted by commas. `what`: what the text should be, for the message where it is not.
@Sendable func list<Value>(
    _ text: String, _ what: String, where isValid: ([Value]) -> Bool = { _ in true }, _ value: (String) -> Value?
) throws -> [Value] {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    let values = parts.compactMap(value)
    guard values.count == parts.count, isValid(values) else { throw ValidationError("'\(text)' is not \(what).") }
    return values
}

/// A list of numbers: `0.485,0.456,0.406`.
@Sendable func numbers(_ text: String) throws -> [Double] {
    try list(text, "a list of numbers like 0.5,0.5,0.5") { Double($0) }
}

/// Refuses options that were given a number below 1.
func requirePositive(_ options: KeyValuePairs<String, Int?>) throws {
    for (name, number) in options {
        if let number, number < 1 { throw ValidationError("\(name) takes a positive number, not \(number).") }
    }
}

/// Refuses rates and factors that are negative or no finite number.
func requireNotNegative(_ options: KeyValuePairs<String, Double?>) throws {
    for (name, number) in options {
        if let number, !(number >= 0 && number.isFinite) {
            throw ValidationError("\(name) takes a number that is not negative, not \(number).")
        }
    }
}

/// Refuses a number of threads that no run would have.
func requireThreads(_ threads: Int?) throws {
    try requirePositive(["--threads": threads])
    if let threads, threads > NetworkOptions.mostThreads {
        throw ValidationError("--threads takes at most \(NetworkOptions.mostThreads), not \(threads).")
    }
}
