import Graphs

extension Audit {
    /// What one reason keeps in the network.
    package struct PinCost: Sendable {
        package let reason: PinReason
        package fileprivate(set) var filters = 0
        /// What these filters take, each seen by itself: see `FilterCosts`. Weights that two of them share count twice.
        package fileprivate(set) var parameters = 0
        /// For one image; nil where a shape is unknown.
        package fileprivate(set) var macs: Int? = 0
    }

    /// The reasons why dead or chosen filters stay, the one that costs most parameters first: what a change of
    /// architecture could win.
    package var pinCosts: [PinCost] {
        var costs = FilterCosts(plan), result: [PinReason: PinCost] = [:]
        for layer in layers {
            for (filter, reason) in layer.pinned {
                let (parameters, macs) = costs.cost(of: filter, in: layer.bank)
                var entry = result[reason] ?? PinCost(reason: reason)
                entry.filters += 1
                entry.parameters += parameters
                entry.macs = entry.macs.flatMap { total in macs.map { total + $0 } }
                result[reason] = entry
            }
        }
        return result.values.sorted {
            ($1.parameters, $1.filters, $0.reason.description) < ($0.parameters, $0.filters, $1.reason.description)
        }
    }
}
