import Graphs
import OrderedCollections

extension JSON: ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral, ExpressibleByStringLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(integerLiteral value: Int) { self = .number(value) }
    package init(stringLiteral value: String) { self = .string(value) }
    package init(arrayLiteral elements: JSON...) { self = .array(elements) }
    package init(dictionaryLiteral members: (String, JSON)...) {
        self = .object(OrderedDictionary(members) { first, _ in first })
    }
}

extension JSON {
    /// The shortest text that reads back as the same number.
    static func number(_ value: Float) -> JSON { .number("\(value)") }

    static func numbers(_ values: [Int]) -> JSON { .array(values.map { .number($0) }) }

    /// Axes counted as Keras counts them, the batch axis first; one stands alone. Negative ones count from the end
    /// already.
    static func axes(_ axes: [Int]) -> JSON {
        let numbers = axes.map { $0 < 0 ? $0 : $0 + 1 }
        return numbers.count == 1 ? .number(numbers[0]) : .numbers(numbers)
    }

    /// A shape behind the open batch axis: `[null, 32, 32, 3]`.
    static func batch(of shape: TensorShape) -> JSON { .array([.null] + shape.map { $0.map { .number($0) } ?? .null }) }
}
