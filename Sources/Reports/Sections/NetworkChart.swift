/// A network as the calls of its layers, in an order in which they can run, before and after a cut.
package struct NetworkChart: Equatable, Sendable {
    package let calls: [Call]

    package struct Call: Equatable, Sendable {
        package let name: String
        package let kind: String
        /// The calls it reads, by their places in the list; those that do not come before it count for nothing.
        package let inputs: [Int]
        /// What it makes, before and after.
        package let size: String
        /// Nil where it has no filters of its own.
        package let filters: Filters?
        /// What there is to tell of it beside.
        package let facts: [Item]
    }

    /// How many filters of a layer stay alive, stay though they are dead or chosen, and go.
    package struct Filters: Equatable, Sendable {
        package let kept: Int
        package let pinned: Int
        package let cut: Int
        package var dense: Int { kept + pinned + cut }
        package var compact: Int { kept + pinned }
    }
}
