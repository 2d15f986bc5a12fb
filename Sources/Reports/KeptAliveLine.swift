import Surgery

/// Filters that small weights made candidates, and that stayed.
package struct KeptAliveLine: Codable, Sendable {
    package let filters: Int
    package let maxRelativeError: Double
    package let tolerance: Double
}

extension KeptAliveLine {
    package init(_ kept: KeptAlive) {
        (filters, maxRelativeError, tolerance) = (kept.filters, kept.deviation, kept.tolerance)
    }

    package var text: String {
        "\(Format.count(filters)) more with small weights stay: with them cut the answers move by \(Format.scientific(maxRelativeError)) of the range, "
            + "more than \(Format.scientific(tolerance)), so some are alive; a lower --scale-threshold or --weight-threshold cuts the others"
    }
}
