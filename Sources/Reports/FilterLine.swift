/// All that an audit says of one filter.
struct FilterLine {
    let layer: String
    let filter: Int
    let state: State
    /// Why it stays, where it is dead or chosen.
    let reason: String?
    /// The criteria by which it is dead, and what else is known of it.
    let signs: [String]
    /// Percent of images it answers to.
    let universality: Double?
    /// The share of its activations that are 0.
    let zeroShare: Double?
    let largest: Double?
    let gamma: Double?
    let beta: Double?

    enum State: String, CaseIterable { case alive, suspected, pinned, cut }
}

extension AnalysisReport.LayerLine {
    /// The filters in order. A file that was changed by hand may tell of more filters, or fewer, than it has numbers of:
    /// those that are there count. `limit`: no more than these.
    func filterLines(limit: Int) -> [FilterLine] {
        let named: [(String, [Int]?)] = [
            ("activation", dead.activation), ("scale", dead.scale), ("weight", dead.weight), ("unread", dead.unread),
            ("statistics", dead.statistics), ("range", dead.range), ("proven", proven), ("in passing", inPassing),
            ("chosen", chosen), ("never rests", linear), ("asleep in training", asleepInTraining),
        ]
        let signs = named.map { ($0, Set($1 ?? [])) }, cut = Set(removable), suspected = Set(suspected)
        let reasons = Dictionary(pinned.map { ($0.filter, $0.reason) }) { first, _ in first }
        return (0..<min(max(filters, 0), limit)).map { filter in
            func number(_ values: [some BinaryFloatingPoint]?) -> Double? {
                values.flatMap { $0.indices.contains(filter) ? Double($0[filter]) : nil }
            }
            return FilterLine(
                layer: name, filter: filter,
                state: cut.contains(filter)
                    ? .cut : reasons[filter] != nil ? .pinned : suspected.contains(filter) ? .suspected : .alive,
                reason: reasons[filter], signs: signs.compactMap { $1.contains(filter) ? $0 : nil },
                universality: number(universality), zeroShare: number(activity?.zeroShare),
                largest: number(activity?.largest), gamma: number(gamma), beta: number(beta))
        }
    }
}
