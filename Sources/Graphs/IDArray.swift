/// A position in one of the arrays of a graph, of a type of its own so that a tensor's is not taken for a layer's.
package protocol GraphID: Hashable, Strideable, Sendable, ExpressibleByIntegerLiteral, CustomStringConvertible
where Stride == Int, IntegerLiteralType == Int {
    var position: Int { get }
    init(_ position: Int)
}

extension GraphID {
    package init(integerLiteral position: Int) { self.init(position) }
    package func distance(to other: Self) -> Int { other.position - position }
    package func advanced(by distance: Int) -> Self { Self(position + distance) }
    package static func < (a: Self, b: Self) -> Bool { a.position < b.position }
    package var description: String { "\(position)" }
}

/// A position in `Graph.shapes`.
package struct TensorID: GraphID {
    package let position: Int
    package init(_ position: Int) { self.position = position }
}

/// A position in `Graph.layers`.
package struct LayerID: GraphID {
    package let position: Int
    package init(_ position: Int) { self.position = position }
}

/// A position in `Graph.nodes`.
package struct NodeID: GraphID {
    package let position: Int
    package init(_ position: Int) { self.position = position }
}

/// An array whose positions are IDs of one type: what a graph has, or is known, of each tensor, layer or node.
package struct IDArray<ID: GraphID, Element>: RandomAccessCollection, MutableCollection, RangeReplaceableCollection,
    ExpressibleByArrayLiteral
{
    private var elements: [Element]

    package init() { elements = [] }
    package init(_ elements: some Sequence<Element>) { self.elements = Array(elements) }
    package init(arrayLiteral elements: Element...) { self.elements = elements }
    package init(repeating element: Element, count: Int) { elements = Array(repeating: element, count: count) }

    package var startIndex: ID { ID(0) }
    package var endIndex: ID { ID(elements.count) }

    package subscript(id: ID) -> Element {
        get { elements[id.position] }
        _modify { yield &elements[id.position] }
    }

    package mutating func replaceSubrange(_ range: Range<ID>, with other: some Collection<Element>) {
        elements.replaceSubrange(range.lowerBound.position..<range.upperBound.position, with: other)
    }

    /// Appends an element and returns its ID.
    package mutating func add(_ element: Element) -> ID {
        elements.append(element)
        return ID(elements.count - 1)
    }

    /// The ID of the last element, of which there must be one.
    package var lastID: ID { ID(elements.count - 1) }

    /// The elements with their IDs, in order.
    package func enumerated() -> Zip2Sequence<Range<ID>, [Element]> { zip(indices, elements) }

    /// The same where it needs the IDs too.
    package func map<T>(_ transform: (ID, Element) throws -> T) rethrows -> IDArray<ID, T> {
        IDArray<ID, T>(try enumerated().map(transform))
    }

    /// What `transform` makes of every element, under the same IDs.
    package func mapValues<T>(_ transform: (Element) throws -> T) rethrows -> IDArray<ID, T> {
        IDArray<ID, T>(try elements.map(transform))
    }
}

extension IDArray: Sendable where Element: Sendable {}
extension IDArray: Equatable where Element: Equatable {}
