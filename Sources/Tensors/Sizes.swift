extension Sequence<Int> {
    /// The product of lengths: 0 wherever one of them is, else nil where it exceeds `Int`.
    package var product: Int? {
        if contains(0) { return 0 }
        var product = 1
        for length in self {
            let (next, overflow) = product.multipliedReportingOverflow(by: length)
            if overflow { return nil }
            product = next
        }
        return product
    }
}

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
