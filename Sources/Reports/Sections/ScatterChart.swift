/// Points of several kinds in a plane.
package struct ScatterChart: Equatable, Sendable {
    package let title: String
    /// What the axes are, in a word each.
    package let x: String
    package let y: String
    /// The first lie below the others.
    package let groups: [Group]

    package struct Group: Equatable, Sendable {
        package let name: String
        package let points: [Point]
    }

    package struct Point: Equatable, Sendable {
        package let x: Double
        package let y: Double
        package let name: String
    }
}
