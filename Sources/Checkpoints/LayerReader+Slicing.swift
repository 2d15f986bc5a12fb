import Graphs

extension LayerReader {
    /// Keras 3's `x[..., 2:5]`: one slice of one axis, every position of it. Nil for all else.
    func item() -> ParsedOperation? {
        guard calls.count == 1, let key = calls[0].sliceKey else { return nil }
        return ParsedOperation(.slice(key.slice))
    }

    /// Keras 3's `split`, whose outputs lie side by side along an axis.
    func split() throws -> ParsedOperation? {
        guard calls.count == 1, let axis = value("axis")?.int, axis != 0, abs(axis.clamped) <= 8,
            let parts = value("indices_or_sections")
        else { return nil }
        let pieces: ParsedOperation.Pieces
        if let count = parts.int {
            guard (1...Self.mostPieces).contains(count) else { throw error("'indices_or_sections' cannot be \(count)") }
            pieces = .equal(count)
        } else {
            let ends = parts.array?.map { $0.int ?? -1 } ?? []
            guard (1..<Self.mostPieces).contains(ends.count),
                zip([0] + ends, ends).allSatisfy({ $0 < $1 && $1 <= Self.largest })
            else { return nil }
            pieces = .ends(ends)
        }
        let whole = Slice(axis: axis > 0 ? axis - 1 : axis, start: 0, stop: .max)
        return ParsedOperation(.slice(whole), pieces: pieces)
    }

    private static let mostPieces = 1 << 10
}

extension ParsedOperation.Pieces {
    /// The parts of an axis of this length; nil where it cannot be divided so.
    func ranges(of length: Int) -> [Range<Int>]? {
        switch self {
        case let .equal(count):
            guard length % count == 0, length > 0 else { return nil }
            return (0..<count).map { $0 * length / count..<($0 + 1) * length / count }
        case let .ends(ends):
            guard let last = ends.last, last < length else { return nil }
            return zip([0] + ends, ends + [length]).map { $0..<$1 }
        }
    }
}

/// The one slice in the key of a call of `GetItem`.
struct SliceKey {
    /// Where it is among the call's key, or nil where it is the key.
    let position: Int?
    /// Positions may be negative, counted from the end; `.max` is the end.
    let slice: Slice
}

extension JSON {
    /// The slice that a call of `GetItem` takes; nil where it takes single positions, steps, several axes or the
    /// batch's.
    var sliceKey: SliceKey? {
        guard let arguments = self["args"]?.array, arguments.count == 2, self["kwargs"]?.object?.isEmpty ?? true else {
            return nil
        }
        let elements = arguments[1].array ?? [arguments[1]]
        let ellipsis = elements.firstIndex { $0["class_name"] == .string("__ellipsis__") }
        var found: SliceKey?
        for (index, element) in elements.enumerated() where index != ellipsis {
            guard element["class_name"] == .string("__slice__"), let bounds = element["config"] else { return nil }
            let start = bounds["start"] ?? .null, stop = bounds["stop"] ?? .null, step = bounds["step"] ?? .null
            guard step.isNull || step.int == 1, start.isNull || start.int != nil, stop.isNull || stop.int != nil else {
                return nil
            }
            if start.isNull || start.int == 0, stop.isNull { continue }
            guard found == nil, index > 0 else { return nil }
            let axis = ellipsis.map { index > $0 } ?? false ? index - elements.count : index - 1
            found = SliceKey(
                position: arguments[1].array == nil ? nil : index,
                slice: Slice(axis: axis, start: start.int ?? 0, stop: stop.int ?? .max))
        }
        return found
    }

    /// The same call with its slice from `start` to `stop`.
    func slicing(from start: Int, to stop: Int) -> JSON {
        guard let key = sliceKey, var arguments = self["args"]?.array else { return self }
        var elements = arguments[1].array ?? [arguments[1]]
        elements[key.position ?? 0]["config"]?["start"] = .number(start)
        elements[key.position ?? 0]["config"]?["stop"] = .number(stop)
        arguments[1] = key.position == nil ? elements[0] : .array(elements)
        var result = self
        result["args"] = .array(arguments)
        return result
    }
}
