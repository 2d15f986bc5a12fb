import Graphs

extension Audit {
    /// What the network has before and after the cut.
    package struct Savings: Sendable {
        package let parameters: (before: Int, after: Int)
        /// For one image; nil where a shape is unknown.
        package let macs: (before: Int, after: Int)?
    }

    /// Counted in the graph that the cut leaves, not added up filter by filter: weights between two filters go once.
    /// Throws as `SurgeryPlan.rewrite` does.
    package func savings() throws -> Savings {
        let dense = plan.dense, compact = try plan.rewrite().graph
        return Savings(
            parameters: (dense.parameters, compact.parameters),
            macs: dense.macs.flatMap { before in compact.macs.map { (before, $0) } })
    }
}
