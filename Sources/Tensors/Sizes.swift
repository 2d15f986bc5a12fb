extension Int {
    /// The product of two sizes, or the largest number where it is beyond that: no memory holds either.
    package func timesClamped(_ other: Int) -> Int {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? .max : product
    }

    /// The sum of two sizes, likewise.
    package func plusClamped(_ other: Int) -> Int {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
