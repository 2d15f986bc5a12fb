import Graphs

extension LayerReader {
    func convolution(rank: Int) throws -> ParsedOperation? {
        guard let window = try window(rank: rank) else { return nil }
        let convolution = try Convolution(
            filters: size("filters", "nb_filter"), window: window, groups: size("groups", or: 1),
            activation: activation())
        guard convolution.filters.isMultiple(of: convolution.groups) else {
            throw error("\(convolution.filters) filters do not share \(convolution.groups) groups evenly")
        }
        return ParsedOperation(.convolution(convolution), without: try withoutBias)
    }

    func depthwise(rank: Int) throws -> ParsedOperation? {
        guard let window = try window(rank: rank) else { return nil }
        let depthwise = try DepthwiseConvolution(
            multiplier: size("depth_multiplier", or: 1), window: window, activation: activation())
        return ParsedOperation(.depthwise(depthwise), without: try withoutBias)
    }

    func separable(rank: Int) throws -> ParsedOperation? {
        guard let window = try window(rank: rank) else { return nil }
        let separable = try SeparableConvolution(
            filters: size("filters", "nb_filter"), multiplier: size("depth_multiplier", or: 1), window: window,
            activation: activation())
        return ParsedOperation(.separable(separable), without: try withoutBias)
    }

    func transposed(rank: Int) throws -> ParsedOperation? {
        guard let window = try window(rank: rank) else { return nil }
        var padding: [Int]?
        if let value = value("output_padding") {
            let amounts = (value.array ?? Array(repeating: value, count: rank)).map { $0.int ?? -1 }
            guard amounts.count == rank, amounts.allSatisfy({ (0...Self.largest).contains($0) }) else {
                throw error("'output_padding' should be \(rank) lengths, it is \(value.text.prefix(60))")
            }
            padding = amounts
        }
        let transposed = try TransposedConvolution(
            filters: size("filters"), window: window, outputPadding: padding, activation: activation())
        return ParsedOperation(.transposed(transposed), without: try withoutBias)
    }

    func dense() throws -> ParsedOperation? {
        let dense = try Dense(units: size("units", "output_dim"), activation: activation())
        return ParsedOperation(.dense(dense), without: try withoutBias)
    }

    func pooling(_ kind: PoolingKind, rank: Int) throws -> ParsedOperation? {
        let size = try sizes("pool_size", "pool_length", rank: rank, or: Array(repeating: 2, count: rank))
        let strides = try sizes("strides", "stride", rank: rank, or: size)
        guard let padding = try padding, padding != .causal else { return nil }
        let window = try Window(size: size, strides: strides, padding: padding, dataFormat: dataFormat)
        return ParsedOperation(.pooling(Pooling(kind, window: window)))
    }

    func globalPooling(_ kind: PoolingKind, rank: Int) throws -> ParsedOperation? {
        try globalPooling(kind, rank: rank, dataFormat)
    }

    /// Keras 3's mean or maximum along axes, where those are all but the channels'.
    func reduction(_ kind: PoolingKind) throws -> ParsedOperation? {
        guard let inputRank, (2...3).contains(inputRank), value("initial") == nil, let axes = try axes("axis", or: [])
        else { return nil }
        let reduced = axes.map { $0 < 0 ? $0 + inputRank : $0 }.sorted()
        guard
            let format = DataFormat.allCases.first(where: {
                reduced == Array($0 == .channelsLast ? 0..<inputRank - 1 : 1..<inputRank)
            })
        else { return nil }
        return try globalPooling(kind, rank: inputRank - 1, format)
    }

    private func globalPooling(_ kind: PoolingKind, rank: Int, _ format: DataFormat) throws -> ParsedOperation {
        let keeps = try flag("keepdims", or: false)
        return ParsedOperation(
            .globalPooling(GlobalPooling(kind, rank: rank, keepDimensions: keeps, dataFormat: format)))
    }

    private var withoutBias: [WeightRole] { get throws { try flag("use_bias", "bias", or: true) ? [] : [.bias] } }

    private func window(rank: Int) throws -> Window? {
        guard let padding = try padding, padding != .causal || rank == 1 else { return nil }
        let ones = Array(repeating: 1, count: rank)
        let size: [Int] =
            if rank == 2, value("nb_row") != nil {
                try [self.size("nb_row"), self.size("nb_col")]
            } else {
                try sizes("kernel_size", "filter_length", rank: rank)
            }
        return try Window(
            size: size, strides: sizes("strides", "subsample", "subsample_length", rank: rank, or: ones),
            dilation: sizes("dilation_rate", "atrous_rate", rank: rank, or: ones), padding: padding,
            dataFormat: dataFormat)
    }
}
