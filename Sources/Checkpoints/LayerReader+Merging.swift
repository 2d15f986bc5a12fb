import Graphs

extension LayerReader {
    func concatenate(_ key: String = "axis") throws -> ParsedOperation? {
        guard let axes = try axes(key, or: [-1]), axes.count == 1 else { return nil }
        return ParsedOperation(.concatenate(Concatenate(axis: axes[0])))
    }

    /// Keras 1's one layer for all ways of merging.
    func merge() throws -> ParsedOperation? {
        // Else the mode is a function of the user's, whatever it is called.
        guard value("mode_type")?.string ?? "raw" == "raw" else { return nil }
        switch value("mode")?.string {
        case "sum": return .merge(.add)
        case "mul": return .merge(.multiply)
        case "ave": return .merge(.average)
        case "max": return .merge(.maximum)
        case "concat": return try concatenate("concat_axis")
        default: return nil
        }
    }
}
