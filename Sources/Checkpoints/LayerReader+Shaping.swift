import Graphs

extension LayerReader {
    /// Keras 3's operation counts the batch axis in its shape, where it must stand first and open.
    func reshape() throws -> ParsedOperation? {
        if let axes = value("newshape")?.array?.map({ $0.isNull ? -1 : $0.int ?? 0 }) {
            guard axes.count > 1, axes[0] == -1, axes.dropFirst().allSatisfy({ (1...Self.largest).contains($0) }) else {
                return nil
            }
            let target = Array(axes.dropFirst())
            return elementCount(target).map { ParsedOperation(.reshape(Reshape(target: target)), inputCount: $0) }
        }
        guard let value = value("target_shape"), let axes = value.array?.map({ $0.isNull ? -1 : $0.int ?? 0 }) else {
            throw error("'target_shape' is missing")
        }
        guard axes.allSatisfy({ $0 == -1 || (1...Self.largest).contains($0) }), axes.count(where: { $0 == -1 }) <= 1
        else {
            throw error("'target_shape' cannot be \(value.text.prefix(60))")
        }
        return ParsedOperation(.reshape(Reshape(target: axes)))
    }

    func permute() throws -> ParsedOperation? {
        let order = value("dims")?.array?.map { ($0.int ?? 0) &- 1 } ?? []
        guard !order.isEmpty, order.sorted() == Array(order.indices) else {
            throw error("'dims' should order the axes from 1")
        }
        return ParsedOperation(.permute(Permute(order: order)))
    }

    /// Keras 3's operation, which counts the batch axis.
    func transpose() -> ParsedOperation? {
        let named = value("axes")?.array?.map { $0.int?.clamped ?? .min } ?? [],
            axes = named.map { $0 < 0 ? $0 + named.count : $0 }
        guard axes.count > 1, axes[0] == 0, axes.sorted() == Array(axes.indices) else { return nil }
        return ParsedOperation(.permute(Permute(order: axes.dropFirst().map { $0 - 1 })))
    }

    func zeroPadding(rank: Int) throws -> ParsedOperation? {
        let amounts = try amounts("padding", rank: rank, or: 1)
        return try ParsedOperation(.padding(ZeroPadding(amounts: amounts, dataFormat: dataFormat)))
    }

    func cropping(rank: Int) throws -> ParsedOperation? {
        let amounts = try amounts("cropping", rank: rank, or: rank == 1 ? 1 : 0)
        return try ParsedOperation(.cropping(Cropping(amounts: amounts, dataFormat: dataFormat)))
    }

    func upsampling(rank: Int) throws -> ParsedOperation? {
        let factors = try sizes("size", "length", rank: rank, or: Array(repeating: 2, count: rank))
        guard let way = UpSampling.Interpolation(keras: value("interpolation")?.string ?? "nearest") else { return nil }
        return try ParsedOperation(
            .upsampling(UpSampling(factors: factors, interpolation: way, dataFormat: dataFormat)))
    }

    /// One number for all ends, or one per axis, or two per axis (Keras 1 in one flat list); in 1D, two are the two
    /// ends.
    private func amounts(_ key: String, rank: Int, or absent: Int) throws -> [Amounts] {
        let json = value(key) ?? .number(absent)
        let nested = json.array ?? [json]
        let lengths = nested.flatMap { $0.array ?? [$0] }.map { $0.int ?? -1 }
        guard lengths.allSatisfy({ (0...Self.largest).contains($0) }) else {
            throw error("'\(key)' should be lengths, it is \(json.text.prefix(60))")
        }
        switch lengths.count {
        case 1: return Array(repeating: Amounts(lengths[0], lengths[0]), count: rank)
        case 2 * rank: return (0..<rank).map { Amounts(lengths[2 * $0], lengths[2 * $0 + 1]) }
        case rank: return lengths.map { Amounts($0, $0) }
        default: throw error("'\(key)' should be lengths for \(rank) axes, it is \(json.text.prefix(60))")
        }
    }
}
