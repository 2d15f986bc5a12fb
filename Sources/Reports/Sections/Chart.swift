/// Numbers worth drawing, over categories or points in order.
package struct Chart: Equatable, Sendable {
    package let title: String
    /// What stands along the horizontal axis.
    package let categories: [String]
    package let series: [Series]

    package struct Series: Equatable, Sendable {
        package let name: String
        /// One for each category; nil where nothing was measured.
        package let values: [Double?]
    }
}
