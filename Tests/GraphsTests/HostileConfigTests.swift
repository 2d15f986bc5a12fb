import Graphs
import Tensors
import TestSupport
import Testing

/// Numbers of damaged or hostile configs: an error, never a trap and never the memory they ask for.
@Suite struct HostileConfigs {
    static let extremes = [0, -1, .min, .max, 1 << 31, 1 << 40, .max - 1]

    @Test("Extreme windows, strides and dilations", arguments: extremes)
    func windows(number: Int) {
        for padding in [Padding.valid, .same, .causal] {
            let windows = [
                Window(size: [number], padding: padding), Window(size: [2], strides: [number], padding: padding),
                Window(size: [2], dilation: [number], padding: padding),
            ]
            for window in windows {
                for input: TensorShape? in [[8, 1], [nil, 1], nil] {
                    #expect(error(.pooling(Pooling(.max, window: window)), on: input)?.reason != nil)
                    #expect(
                        error(.convolution(Convolution(filters: 1, window: window)), [.kernel: [2, 1, 1]], on: input)?
                            .reason != nil)
                    #expect(
                        error(
                            .depthwise(DepthwiseConvolution(window: window)), [.depthwiseKernel: [2, 1, 1]], on: input)?
                            .reason != nil)
                    #expect(
                        error(
                            .separable(SeparableConvolution(filters: 1, window: window)),
                            [.depthwiseKernel: [2, 1, 1], .pointwiseKernel: [1, 1, 1]], on: input)?.reason != nil)
                    #expect(
                        error(
                            .transposed(TransposedConvolution(filters: 1, window: window)), [.kernel: [2, 1, 1]],
                            on: input)?.reason != nil)
                }
            }
        }
    }

    @Test("Extreme amounts, factors, counts and targets", arguments: extremes)
    func lengths(number: Int) {
        for input: TensorShape? in [[8, 1], nil] {
            if number != 0 {
                for amounts in [Amounts(number, 0), Amounts(0, number), Amounts(number, number)] {
                    #expect(error(.padding(ZeroPadding(amounts: [amounts])), on: input)?.reason != nil)
                    #expect(error(.cropping(Cropping(amounts: [amounts])), on: input)?.reason != nil)
                }
                let padded = TransposedConvolution(filters: 1, window: Window(size: [2]), outputPadding: [number])
                #expect(error(.transposed(padded), [.kernel: [2, 1, 1]], on: input)?.reason != nil)
            }
            #expect(error(.upsampling(UpSampling(factors: [number])), on: input)?.reason != nil)
            #expect(error(.reshape(Reshape(target: [number, number])), on: input)?.reason != nil)
            let depthwise = DepthwiseConvolution(multiplier: number, window: Window(size: [2]))
            #expect(error(.depthwise(depthwise), [.depthwiseKernel: [2, 1, 1]], on: input) != nil)
        }
        #expect(error(.repeatVector(RepeatVector(count: number)), on: [3])?.reason != nil)
        #expect(error(.input(Input(shape: [number])))?.reason != nil)
        #expect(error(.concatenate(Concatenate(axis: number)), on: [], [])?.reason != nil)
        #expect(error(.batchNormalization(BatchNormalization(axis: number)), on: []) != nil)
        #expect(error(.permute(Permute(order: [number, number])), on: [3, 3])?.reason != nil)
    }

    @Test("Strides and dilations for another number of axes than the window has")
    func unevenWindows() {
        for window in [Window(size: [2, 2], strides: [1]), Window(size: [2, 2], dilation: [1]), Window(size: [])] {
            #expect(error(.pooling(Pooling(.max, window: window)), on: [4, 4, 1])?.reason != nil)
        }
    }

    @Test("Lengths that are possible one by one and not together")
    func products() throws {
        let long = Int(Int32.max)
        #expect(try shape(.identity, on: [long, long]) == [long, long])
        #expect(error(.flatten(.channelsLast), on: [long, long])?.reason != nil)
        #expect(error(.flatten(.channelsLast), on: [1 << 16, 1 << 16])?.reason != nil)
        #expect(error(.upsampling(UpSampling(factors: [long, long])), on: [long, long, 1])?.reason != nil)
        #expect(error(.padding(ZeroPadding(amounts: [Amounts(long, long)])), on: [long, 1])?.reason != nil)
        #expect(error(.input(Input(shape: [long, long, long])))?.reason != nil)
        #expect(
            error(
                .transposed(
                    TransposedConvolution(filters: 1, window: Window(size: [long], strides: [long], dilation: [long]))),
                [.kernel: [1, 1, 1]], on: [long, 1]) != nil)
        let window = Window(size: [long], strides: [long], dilation: [long], padding: .same)
        #expect(try shape(.pooling(Pooling(.max, window: window)), on: [long, 1]) == [1, 1])
    }

    @Test("Multiply-accumulates beyond counting are unknown")
    func costs() throws {
        var graph = try Graph.of(.upsampling(UpSampling(factors: [1 << 24, 1 << 24])), on: [[64, 64, 1]])
        _ = try graph.add(
            .convolution(Convolution(filters: 4, window: Window(size: [3, 3], padding: .same))), graph.outputs,
            weights: [.kernel: .init(shape: [3, 3, 1, 4])])
        #expect(graph.macs(of: 2) == nil)
        #expect(graph.macs == nil)
    }

    @Test("The sum of multiply-accumulates beyond counting is unknown")
    func totalCosts() throws {
        var graph = Graph()
        let x = try graph.add(.input(Input(shape: [1 << 31 - 1, 1 << 31 - 1, 1])))
        for _ in 0..<3 { _ = try graph.add(.dense(Dense(units: 1)), [x], weights: [.kernel: .init(shape: [1, 1])]) }
        #expect(graph.macs(of: 1) == (1 << 31 - 1) * (1 << 31 - 1))
        #expect(graph.macs == nil)
    }

    @Test("Channels beyond all networks are not followed, whatever repeats them")
    func wiring() throws {
        var graph = Graph()
        let x = try graph.add(.input(Input(shape: [1 << 18])))
        let wide = try graph.add(.concatenate(Concatenate(axis: 0)), [x, x, x, x])
        let huge = try graph.add(.reshape(Reshape(target: [1, 1 << 30])), [graph.add(.input(Input(shape: [1 << 30])))])
        var last = x
        for _ in 0..<20 { last = try graph.add(.identity, [last]) }
        let wiring = ChannelWiring(graph)
        #expect(wiring.counts[x] == 1 << 18)
        for tensor in [wide, huge, last] {
            #expect(wiring.counts[tensor] == 0)
            #expect(wiring.roles[NodeID(tensor.position)].allSatisfy { $0 == .pinned(.axis("layer\(tensor)")) })
        }
    }
}
