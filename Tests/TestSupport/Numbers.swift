import Tensors

extension SeededGenerator {
    /// A number from 0 up to, not including, `limit`.
    package mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }
    package mutating func chance(_ share: Float) -> Bool { uniform() < share }
    package mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }
}

extension Tensor {
    /// Uniform numbers in [−1, 1).
    package static func random(_ shape: [Int], _ generator: inout SeededGenerator) -> Tensor {
        Tensor(shape: shape, (0..<count(of: shape)).map { _ in generator.uniform() * 2 - 1 })
    }

    package static func random(_ shape: [Int], seed: UInt64) -> Tensor {
        var generator = SeededGenerator(seed: seed)
        return random(shape, &generator)
    }

    /// 0, 1, 2, …
    package static func counting(_ shape: [Int]) -> Tensor {
        Tensor(shape: shape, (0..<count(of: shape)).map(Float.init))
    }

    /// The largest difference relative to the largest element of `expected`.
    package func deviation(from expected: Tensor) -> Float {
        shape == expected.shape ? TestSupport.deviation(elements, expected.elements) : .infinity
    }
}

/// The largest difference, relative to the largest expected value; NaN counts as infinite.
package func deviation(_ found: [Float], _ expected: [Float]) -> Float {
    guard found.count == expected.count else { return .infinity }
    let scale = expected.reduce(1e-6) { max($0, abs($1)) }
    return zip(found, expected).reduce(0) {
        $1.0 == $1.1 ? $0 : abs($1.0 - $1.1) <= .infinity ? max($0, abs($1.0 - $1.1) / scale) : .infinity
    }
}
