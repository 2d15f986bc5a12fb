/// A value that only the sections show: in JSON there is neither it nor its key.
@propertyWrapper
package struct Unencoded<Value: Sendable>: Encodable, Sendable {
    package var wrappedValue: Value

    package init(wrappedValue: Value) { self.wrappedValue = wrappedValue }

    package func encode(to encoder: any Encoder) throws {}
}

extension KeyedEncodingContainer {
    /// Synthesized conformances prefer this to the general `encode`, which would write the key.
    package mutating func encode<Value>(_ value: Unencoded<Value>, forKey key: Key) throws {}
}
