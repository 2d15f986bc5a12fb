import Graphs
import TestSupport

/// Layers without weights.
extension RandomGraph {
    func anyActivation() -> Activation {
        random.chance(0.4)
            ? .rectifier
            : random.pick([
                .relu6, .relu(slope: 0.1), .relu(threshold: 0.45), .elu(), .selu, .celu(), .sigmoid, .hardSigmoid(),
                .tanh, .hardTanh, .softplus, .softsign,
                .swish, .hardSwish, .gelu(), .gelu(approximate: true), .mish, .logSigmoid, .tanhShrink,
                .hardShrink(threshold: 0.45), .softShrink(), .threshold(0.3, value: 0.2),
                .squareplus(), .sparsePlus, .sparseSigmoid, .exponential, .softmax(), .softmax(axes: [0]), .logSoftmax,
                .sparsemax,
            ])
    }

    @discardableResult
    func activation(_ x: TensorID) throws -> TensorID {
        try add(random.chance(0.05) ? .dropout(rate: 0.5) : .activation(anyActivation()), [x])
    }

    func rescaling(_ x: TensorID) throws {
        let count = random.chance(0.3) ? try length(x, shape(x).count - 1) : 1
        try add(.rescaling(Rescaling(scale: weights([count]).elements, offset: weights([1]).elements)), [x])
    }

    func pooling(_ x: TensorID) throws {
        let rank = shape(x).count - 1, size = random.pick([2, 2, 3])
        let window = Window(
            size: Array(repeating: size, count: rank), strides: Array(repeating: random.pick([1, 2, 2]), count: rank),
            padding: random.chance(0.5) ? .same : .valid, dataFormat: format(x))
        try add(.pooling(Pooling(random.pick([.max, .average]), window: window)), [x])
    }

    @discardableResult
    func globalPooling(_ x: TensorID) throws -> TensorID {
        let rank = shape(x).count - 1
        guard rank == 1 || rank == 2 else { throw Rejected() }
        return try add(
            .globalPooling(
                GlobalPooling(
                    random.pick([.max, .average]), rank: rank, keepDimensions: random.chance(0.3), dataFormat: format(x)
                )), [x])
    }

    /// Zero padding, cropping, upsampling.
    func resizing(_ x: TensorID) throws {
        let rank = shape(x).count - 1, format = format(x)
        let amounts = (0..<rank).map { _ in Amounts(random.below(3), random.below(3)) }
        switch random.below(3) {
        case 0: try add(.padding(ZeroPadding(amounts: amounts, dataFormat: format)), [x])
        case 1: try add(.cropping(Cropping(amounts: amounts, dataFormat: format)), [x])
        default:
            let factors = (0..<rank).map { _ in 1 + random.below(2) }
            try add(
                .upsampling(
                    UpSampling(
                        factors: factors, interpolation: rank == 2 && random.chance(0.4) ? .bilinear : .nearest,
                        dataFormat: format)), [x])
        }
    }

    @discardableResult
    func flatten(_ x: TensorID) throws -> TensorID { try add(.flatten(traits.format ?? .channelsLast), [x]) }

    /// Flatten, reshape, permute, repeat.
    func regrouping(_ x: TensorID) throws {
        let shape = shape(x)
        switch random.below(4) {
        case 0: try flatten(x)
        case 1 where shape.count > 1:
            var order = Array(shape.indices)
            order.shuffle(using: &random)
            try add(.permute(Permute(order: order)), [x])
        case 1 where shape.count == 1: try add(.repeatVector(RepeatVector(count: 1 + random.below(4))), [x])
        default:
            var target = random.pick([
                [-1, shape[shape.count - 1]], [-1], shape.dropLast() + [-1, 2], shape.dropLast() + [2, -1],
                [1, 1] + shape.suffix(1), shape,
            ])
            if random.chance(0.3) { target = [shape[0], -1] }
            if random.chance(0.2) { target = [-1] + shape.dropFirst() }
            if random.chance(0.3), let open = target.firstIndex(of: -1) {
                target[open] = shape.reduce(1, *) / max(1, target.reduce(1) { $1 == -1 ? $0 : $0 * $1 })
            }
            try add(.reshape(Reshape(target: target)), [x])
        }
    }

    /// A part of an axis, mostly the channels'; sometimes what is left of it beside.
    func slice(_ x: TensorID) throws {
        let axis = random.chance(0.8) ? channelAxis(x) : random.below(shape(x).count), length = try length(x, axis)
        guard length > 1 else { throw Rejected() }
        let place = 1 + random.below(length - 1)
        let first = try add(.slice(Slice(axis: axis, start: 0, stop: place)), [x])
        if random.chance(0.3) { return }
        let second = try add(.slice(Slice(axis: axis, start: place, stop: length)), [x])
        if random.chance(0.5) {
            try add(.concatenate(Concatenate(axis: axis)), [random.chance(0.5) ? activation(second) : second, first])
        }
    }

    /// Channels dealt out like cards: split into groups, transposed, joined again.
    @discardableResult
    func shuffle(_ x: TensorID) throws -> TensorID {
        let shape = shape(x), axis = channelAxis(x)
        guard let groups = (2...4).filter({ shape[axis] % $0 == 0 && shape[axis] > $0 }).randomElement(using: &random)
        else { throw Rejected() }
        let split = try add(
            .reshape(Reshape(target: shape[..<axis] + [groups, shape[axis] / groups] + shape[(axis + 1)...])), [x])
        var order = Array(0...shape.count)
        order.swapAt(axis, axis + 1)
        return try add(.reshape(Reshape(target: shape)), [add(.permute(Permute(order: order)), [split])])
    }

    /// A shuffle between two convolutions, one of them grouped at least.
    func groupedUnit(_ x: TensorID) throws {
        let groups = 2 + random.below(2), filters = groups * (2 + random.below(3))
        var y = try activation(normalization(convolution(x, filters: filters, plain: true, linear: true)))
        y = try shuffle(y)
        if random.chance(0.5) { y = try depthwise(y) }
        y = try convolution(y, filters: filters, groups: groups)
        if random.chance(0.5) { y = try shuffle(y) }
        if random.chance(0.3), shape(y) == shape(x) { try add(.merge(Merge(.add)), [x, y]) }
    }

    /// Two or three tensors that fit, the same one among them sometimes.
    func merge(_ x: TensorID) throws {
        let kind: Merge.Kind = random.pick([.add, .subtract, .multiply, .average, .maximum, .minimum])
        let mates = pool.filter { fits(shape($0), shape(x)) }
        var inputs = [x, random.pick(mates)]
        if kind != .subtract, random.chance(0.3) { inputs.append(random.pick(mates)) }
        inputs.shuffle(using: &random)
        try add(.merge(Merge(kind)), inputs)
    }

    /// Whether shapes combine, axes aligned at the end and those of length 1 repeated.
    private func fits(_ a: [Int], _ b: [Int]) -> Bool {
        zip(a.reversed(), b.reversed()).allSatisfy { $0 == $1 || $0 == 1 || $1 == 1 }
    }

    func concatenation(_ x: TensorID) throws {
        let shape = shape(x)
        let axis = random.chance(0.7) ? channelAxis(x) : random.below(shape.count)
        let mates = pool.filter { mate in
            self.shape(mate).count == shape.count
                && shape.indices.allSatisfy { $0 == axis || self.shape(mate)[$0] == shape[$0] }
        }
        var inputs = [x, random.pick(mates)]
        if random.chance(0.3) { inputs.append(random.pick(mates)) }
        inputs.shuffle(using: &random)
        try add(.concatenate(Concatenate(axis: axis)), inputs)
    }
}
