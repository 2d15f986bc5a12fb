import Graphs

/// What the planes of numbers that a node's output holds take.
struct PlaneCost {
    /// In all planes.
    var numbers: Int
    /// The numbers that are read to compute them.
    var steps: Int

    /// At most, for `planes` of them; nil where one would be larger than those of any network.
    init?(of id: NodeID, planes: Int, _ graph: Graph, _ wiring: ChannelWiring) {
        (numbers, steps) = (0, 0)
        if planes == 0 { return }
        var positions = 1
        for tensor in graph.nodes[id].tensors {
            guard let shape = graph.shapes[tensor], let axis = wiring.axes[tensor], shape.count > 1,
                shape.allSatisfy({ $0 != nil })
            else { continue }
            guard let own = PlaneMap.positions(of: shape, channelAxis: axis) else { return nil }
            positions = max(positions, own)
        }
        let window =
            switch graph.layer(of: id).operation.kind.effect {
            case let .taps(window): window.size
            case let .plane(.pooling(pooling)): pooling.window.size
            case .source, .unknown, .copy, .move, .plane(.padding), .plane(.cropping), .plane(.upsampling),
                .plane(.globalPooling), .function, .slopes, .normalization, .affine, .weights, .merge, .concatenation:
                [Int]()
            }
        numbers = planes.timesClamped(positions)
        steps = (window + [graph.nodes[id].inputs.count]).reduce(numbers) { $0.timesClamped($1) }
    }

    init(numbers: Int, steps: Int) { (self.numbers, self.steps) = (numbers, steps) }

    /// Takes what another costs off this; false where that is more than there is.
    mutating func pay(_ other: PlaneCost?) -> Bool {
        guard let other, other.numbers <= numbers, other.steps <= steps else { return false }
        numbers -= other.numbers
        steps -= other.steps
        return true
    }
}

extension ConstantPropagation {
    /// Whether a plane of numbers follows from a value that a node reads: from another one, or at a border from a
    /// constant.
    func planes(at id: NodeID) -> (ChannelValue) -> Bool {
        let isChanged: (Double) -> Bool
        switch graph.layer(of: id).operation.kind.effect {
        case .plane(.padding): isChanged = { $0 != 0 }
        case let .taps(window):
            let isPadded = window.isPadded(graph.nodes[id].inputs.first.flatMap { graph.shapes[$0] })
            isChanged = { $0 != 0 && isPadded }
        case .slopes: isChanged = { $0 < 0 }
        case .source, .unknown, .copy, .move, .plane(.cropping), .plane(.upsampling), .plane(.pooling),
            .plane(.globalPooling), .function, .normalization, .affine, .weights, .merge, .concatenation:
            isChanged = { _ in false }
        }
        return { value in
            switch value {
            case .alive: false
            case .plane: true
            case let .constant(number, _): isChanged(number)
            }
        }
    }
}
