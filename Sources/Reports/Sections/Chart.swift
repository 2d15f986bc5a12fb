/// Numbers worth drawing, over categories or points in order.
package struct Chart: Equatable, Sendable {
    package let title: String
    /// What stands along the horizontal axis.
    package let categories: [String]
    package let series: [Series]
    package var kind = Kind.lines

    package enum Kind: Sendable {
        /// Points in order.
        case lines
        /// A row for each category, its series one in front of the other: the first holds the others.
        case bars
        /// A row for each category, a column for each series, the darker the more of the row is there.
        case cells
    }

    package struct Series: Equatable, Sendable {
        package let name: String
        /// One for each category; nil where nothing was measured.
        package let values: [Double?]
    }
}
