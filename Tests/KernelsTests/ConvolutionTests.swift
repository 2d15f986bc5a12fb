import TestSupport
import Testing
@testable import Kernels

extension Dice {
    /// A sliding axis with any padding that still leaves positions.
    mutating func axis(_ longest: Int) -> SlidingAxis {
        while true {
            let input = int(1...longest), size = int(1...4), stride = int(1...3), dilation = int(1...2),
                padding = int(-2...3), after = int(0...3)
            let reach = dilation * (size - 1) + 1, span = input + padding + after - reach
            if span >= 0 {
                return SlidingAxis(
                    input: input, output: span / stride + 1, size: size, stride: stride, dilation: dilation,
                    padding: padding)
            }
        }
    }

    mutating func convolution() -> ConvolutionShape {
        let groups = [1, 1, 2, 3, int(2...9)][int(0...4)], depthwise = int(0...3) == 0
        let pointwise = int(0...4) == 0
        return ConvolutionShape(
            images: int(1...3), vertical: pointwise ? .pointwise(int(1...20)) : axis(20),
            horizontal: pointwise ? .pointwise(int(1...20)) : axis(20),
            inputChannels: groups * (depthwise ? 1 : int(1...9)),
            outputChannels: groups * int(1...(groups == 1 ? 300 : 9)), groups: groups)
    }

    mutating func epilogue(_ channels: Int) -> Epilogue {
        let rectifiers: [Rectifier?] = [
            nil, Rectifier(), Rectifier(maximum: 0.5), Rectifier(slope: 0.2), Rectifier(slope: 0.1, maximum: 0.3),
            Rectifier(maximum: -0.2), Rectifier(slope: 0.1, maximum: -0.2),
        ]
        return Epilogue(
            bias: int(0...1) == 0 ? nil : AlignedFloats(floats(channels)), rectifier: rectifiers[int(0...6)])
    }
}

@Suite struct Convolutions {
    @Test("The reference does what the definition says")
    func definition() {
        // A 3-wide window over [1, 2, 3] with one zero on each side, weights 1, 10, 100, bias 0.5.
        let shape = ConvolutionShape(
            images: 1, vertical: .pointwise(1), horizontal: SlidingAxis(input: 3, output: 3, size: 3, padding: 1),
            inputChannels: 1, outputChannels: 1)
        let kernel = Backend.reference.convolution(
            shape, weights: AlignedFloats([1, 10, 100]), epilogue: Epilogue(bias: AlignedFloats([0.5])))
        #expect(execute(kernel, [1, 2, 3], count: 3) == [210.5, 321.5, 32.5])
    }

    @Test("Groups see their own channels only")
    func groups() {
        let shape = ConvolutionShape(
            images: 1, vertical: .pointwise(1), horizontal: .pointwise(1), inputChannels: 4, outputChannels: 2,
            groups: 2)
        // Weights: input channel of the group × output channel.
        let kernel = Backend.reference.convolution(shape, weights: AlignedFloats([1, 3, 2, 4]))
        #expect(execute(kernel, [1, 10, 100, 1000], count: 2) == [21, 4300])
    }

    @Test("Fast convolutions agree with the Float64 reference", arguments: 1...150)
    func random(seed: Int) {
        var dice = Dice(seed)
        let shape = dice.convolution(), weights = AlignedFloats(dice.floats(shape.weightCount)),
            epilogue = dice.epilogue(shape.outputChannels)
        let input = dice.floats(shape.images * shape.inputImage),
            count = shape.outputRows * shape.horizontal.output * shape.outputChannels
        let expected = execute(
            Backend.reference.convolution(shape, weights: weights, epilogue: epilogue), input, count: count)
        let fast = Backend.openblas.convolution(shape, weights: weights, epilogue: epilogue)
        let once = execute(fast, input, count: count)
        #expect(deviation(once, expected) < 1e-5, "seed \(seed): \(fast.name), \(shape)")
        #expect(execute(fast, input, count: count, workers: 3) == once, "seed \(seed): threads change the result")
    }

    @Test(
        "Each implementation takes the shapes it is for",
        .enabled(if: Backend.openblas.isAvailable, "OpenBLAS is not on this machine"))
    func choice() {
        func name(_ window: SlidingAxis, _ inputs: Int, _ outputs: Int, groups: Int = 1) -> String {
            let shape = ConvolutionShape(
                images: 1, vertical: window, horizontal: window, inputChannels: inputs, outputChannels: outputs,
                groups: groups)
            return Backend.openblas.convolution(shape, weights: AlignedFloats(count: shape.weightCount)).name
        }
        let window = SlidingAxis(input: 5, output: 5, size: 3, padding: 1)
        #expect(name(window, 8, 8) == "im2col + GEMM")
        #expect(name(.pointwise(5), 8, 8) == "GEMM")
        #expect(name(window, 8, 16, groups: 8) == "depthwise")
        #expect(name(window, 8, 8, groups: 2) == "im2col + GEMM")
        #expect(name(window, 8, 8, groups: 4) == "reference convolution")
    }

    @Test("Native convolutions agree with the Float64 reference in every instruction set", arguments: 1...150)
    func native(seed: Int) {
        var dice = Dice(seed)
        let shape = dice.convolution(), weights = AlignedFloats(dice.floats(shape.weightCount)),
            epilogue = dice.epilogue(shape.outputChannels)
        let input = dice.floats(shape.images * shape.inputImage),
            count = shape.outputRows * shape.horizontal.output * shape.outputChannels
        let expected = execute(
            Backend.reference.convolution(shape, weights: weights, epilogue: epilogue), input, count: count)
        for set in InstructionSet.available {
            guard let kernel = PanelConvolution(shape, weights: weights, epilogue: epilogue, set: set) else { continue }
            let once = execute(kernel, input, count: count)
            #expect(deviation(once, expected) < 1e-5, "seed \(seed): \(kernel.name), \(shape)")
            #expect(
                execute(kernel, input, count: count, workers: 3) == once,
                "seed \(seed): threads change the result of \(kernel.name)")
        }
    }

    @Test("Wide windows over few channels, cut into blocks anywhere in a line", arguments: [5, 7, 11], 30...44)
    func wideWindows(size: Int, length: Int) {
        var dice = Dice(size * length)
        let axis = SlidingAxis(input: length, output: length, size: size, padding: size / 2)
        let shape = ConvolutionShape(images: 1, vertical: axis, horizontal: axis, inputChannels: 3, outputChannels: 4)
        let weights = AlignedFloats(dice.floats(shape.weightCount)), input = dice.floats(shape.inputImage),
            count = length * length * 4
        let expected = execute(Backend.reference.convolution(shape, weights: weights), input, count: count)
        for set in InstructionSet.available {
            guard let kernel = PanelConvolution(shape, weights: weights, epilogue: Epilogue(), set: set) else {
                continue
            }
            #expect(deviation(execute(kernel, input, count: count), expected) < 1e-5, "\(kernel.name)")
        }
    }

    @Test(
        "Deep sums are cut into chunks that fit the cache",
        arguments: [(3, 700, 7), (1, 9000, 20), (2, 300, 70), (3, 500, 41)])
    func chunks(size: Int, channels: Int, filters: Int) {
        var dice = Dice(size)
        let axis = SlidingAxis(input: 4, output: 4, size: size, padding: (size - 1) / 2)
        let shape = ConvolutionShape(
            images: 2, vertical: axis, horizontal: axis, inputChannels: channels, outputChannels: filters)
        let weights = AlignedFloats(dice.floats(shape.weightCount)),
            epilogue = Epilogue(bias: AlignedFloats(dice.floats(filters)), rectifier: Rectifier(slope: 0.1)),
            input = dice.floats(shape.images * shape.inputImage)
        let expected = execute(
            Backend.reference.convolution(shape, weights: weights, epilogue: epilogue), input, count: 32 * filters)
        for set in InstructionSet.available {
            guard let kernel = PanelConvolution(shape, weights: weights, epilogue: epilogue, set: set) else { continue }
            #expect(
                deviation(execute(kernel, input, count: 32 * filters, workers: 2), expected) < 1e-5, "\(kernel.name)")
        }
    }

    @Test(
        "Another tensor is added to all filters, also where the output is written over it",
        arguments: [7, 17, 33, 41, 50])
    func sums(filters: Int) {
        var dice = Dice(filters)
        let axis = SlidingAxis(input: 9, output: 9, size: 3, padding: 1)
        let
            shape = ConvolutionShape(
                images: 2, vertical: axis, horizontal: axis, inputChannels: 45, outputChannels: filters),
            count = shape.images * shape.outputImage
        let weights = AlignedFloats(dice.floats(shape.weightCount)),
            epilogue = Epilogue(bias: AlignedFloats(dice.floats(filters)), rectifier: Rectifier())
        let input = dice.floats(shape.images * shape.inputImage), other = dice.floats(count)
        let plain = execute(
            Backend.reference.convolution(shape, weights: weights, epilogue: Epilogue(bias: epilogue.bias)), input,
            count: count)
        let expected = zip(plain, other).map { max(0, $0 + $1) }
        for set in InstructionSet.available {
            let winograd = [2, 4].map {
                WinogradConvolution(shape, weights: weights, epilogue: epilogue, size: $0, set: set) as (any Kernel)?
            }
            for kernel in (winograd + [PanelConvolution(shape, weights: weights, epilogue: epilogue, set: set)])
                .compactMap({ $0 })
            {
                #expect(deviation(execute(kernel, input, other, count: count), expected) < 5e-6, "\(kernel.name)")
                guard kernel.overwritesOther else { Issue.record("\(kernel.name) does not write over it"); continue }
                let source = AlignedFloats(input), sum = AlignedFloats(other),
                    scratch = AlignedFloats(count: kernel.workspaceCount)
                kernel.run(
                    Operands(
                        input: source.start, other: UnsafePointer(sum.start), output: sum.start,
                        workspace: scratch.start), units: 0..<kernel.units)
                #expect(deviation((0..<count).map { sum[$0] }, expected) < 5e-6, "\(kernel.name) in place")
            }
        }
    }

    @Test("Winograd's convolutions agree with the Float64 reference in every instruction set", arguments: 1...80)
    func winograd(seed: Int) {
        var dice = Dice(seed)
        func axis() -> SlidingAxis {
            let input = dice.int(3...19), padding = dice.int(0...2)
            return SlidingAxis(
                input: input, output: max(1, input + padding + dice.int(0...2) - 2), size: 3, padding: padding)
        }
        let shape = ConvolutionShape(
            images: dice.int(1...4), vertical: axis(), horizontal: axis(), inputChannels: dice.int(1...70),
            outputChannels: dice.int(1...150))
        // No upper limit: errors are relative to the range of the sums.
        let weights = AlignedFloats(dice.floats(shape.weightCount)),
            epilogue = Epilogue(
                bias: AlignedFloats(dice.floats(shape.outputChannels)), rectifier: Rectifier(slope: 0.2))
        let input = dice.floats(shape.images * shape.inputImage),
            count = shape.outputRows * shape.horizontal.output * shape.outputChannels
        let expected = execute(
            Backend.reference.convolution(shape, weights: weights, epilogue: epilogue), input, count: count)
        for set in InstructionSet.available {
            for size in [2, 4] {
                guard
                    let kernel = WinogradConvolution(shape, weights: weights, epilogue: epilogue, size: size, set: set)
                else { Issue.record("declined"); continue }
                let once = execute(kernel, input, count: count)
                #expect(deviation(once, expected) < 5e-6, "seed \(seed): \(kernel.name), \(shape)")
                #expect(
                    execute(kernel, input, count: count, workers: 3) == once,
                    "seed \(seed): threads change the result of \(kernel.name)")
            }
        }
    }

    @Test("Winograd's convolutions with pooling have the bits of both one after the other", arguments: 1...40)
    func pooled(seed: Int) {
        var dice = Dice(seed)
        let vertical = SlidingAxis(input: dice.int(3...19), output: 0, size: 3, padding: dice.int(0...1)),
            horizontal = SlidingAxis(input: dice.int(3...19), output: 0, size: 3, padding: 1)
        func sized(_ axis: SlidingAxis) -> SlidingAxis {
            SlidingAxis(input: axis.input, output: axis.input + 2 * axis.padding - 2, size: 3, padding: axis.padding)
        }
        let shape = ConvolutionShape(
            images: dice.int(1...3), vertical: sized(vertical), horizontal: sized(horizontal),
            inputChannels: dice.int(1...40), outputChannels: dice.int(1...90))
        let weights = AlignedFloats(dice.floats(shape.weightCount)), epilogue = dice.epilogue(shape.outputChannels)
        // A pixel that is no number: all that it touches is passed over.
        var input = dice.floats(shape.images * shape.inputImage)
        input[dice.int(0...input.count - 1)] = .nan
        func halved(_ axis: SlidingAxis) -> SlidingAxis {
            SlidingAxis(input: axis.output, output: axis.output / 2, size: 2, stride: 2)
        }
        let rows = halved(shape.vertical), columns = halved(shape.horizontal),
            count = shape.images * rows.output * columns.output * shape.outputChannels
        for set in InstructionSet.available {
            for size in [2, 4] {
                guard
                    let whole = WinogradConvolution(shape, weights: weights, epilogue: epilogue, size: size, set: set),
                    let pooled = WinogradConvolution(
                        shape, weights: weights, epilogue: epilogue, pools: true, size: size, set: set)
                else { Issue.record("declined"); continue }
                let pooling = PoolingKernel(
                    .max, images: shape.images, vertical: rows, horizontal: columns, channels: shape.outputChannels,
                    set: set)
                let expected = execute(
                    pooling, execute(whole, input, count: shape.images * shape.outputImage), count: count)
                #expect(
                    execute(pooled, input, count: count, workers: 2).map(\.bitPattern) == expected.map(\.bitPattern),
                    "seed \(seed): \(pooled.name), \(shape)")
            }
        }
    }

    @Test("NaN and infinity stay where they were read", arguments: Backend.allCases)
    func specialValues(backend: Backend) {
        let shape = ConvolutionShape(
            images: 1, vertical: .pointwise(1), horizontal: .pointwise(3), inputChannels: 2, outputChannels: 1)
        let kernel = backend.convolution(
            shape, weights: AlignedFloats([1, 1]), epilogue: Epilogue(rectifier: Rectifier()))
        let result = execute(kernel, [.nan, 1, -.infinity, 1, .infinity, 1], count: 3)
        #expect(result[0].isNaN && result[1] == 0 && result[2] == .infinity)
    }

    /// Every native way to compute a 3 × 3 convolution over 12 × 12 images, and how far around an input its value is
    /// felt.
    private func natives(_ shape: ConvolutionShape, _ weights: AlignedFloats) -> [(
        kernel: any Kernel, reach: (Int, Int) -> Bool
    )] {
        func near(_ a: Int, _ b: Int) -> Bool { abs(a - b) <= 1 }
        func tile(_ size: Int) -> (Int, Int) -> Bool {
            { output, input in output / size * size <= input + 1 && input - 1 < (output / size + 1) * size }
        }
        return InstructionSet.available.flatMap { set -> [(any Kernel, (Int, Int) -> Bool)] in
            let winograd = [2, 4].compactMap { size in
                WinogradConvolution(shape, weights: weights, epilogue: Epilogue(), size: size, set: set).map {
                    ($0 as any Kernel, tile(size))
                }
            }
            return winograd
                + [PanelConvolution(shape, weights: weights, epilogue: Epilogue(), set: set)].compactMap {
                    $0.map { ($0, near) }
                }
        }
    }

    @Test(
        "NaN and infinity are felt in their neighbourhood only: of a Winograd convolution in the tiles that read them",
        arguments: [Float.nan, .infinity, -.infinity])
    func neighbourhood(value: Float) {
        var dice = Dice(4)
        let axis = SlidingAxis(input: 12, output: 12, size: 3, padding: 1)
        let shape = ConvolutionShape(images: 1, vertical: axis, horizontal: axis, inputChannels: 21, outputChannels: 19)
        let weights = AlignedFloats(dice.floats(shape.weightCount)), clean = dice.floats(shape.inputImage)
        var input = clean
        input[(5 * 12 + 7) * 21 + 3] = value
        let expected = execute(Backend.reference.convolution(shape, weights: weights), clean, count: 144 * 19)
        for (kernel, reach) in natives(shape, weights) {
            let result = execute(kernel, input, count: 144 * 19)
            for pixel in 0..<144 {
                let numbers = result[pixel * 19..<(pixel + 1) * 19],
                    isNear = abs(pixel / 12 - 5) <= 1 && abs(pixel % 12 - 7) <= 1
                if isNear { #expect(!numbers.contains { $0.isFinite }, "\(kernel.name), \(pixel)") }
                if !(reach(pixel / 12, 5) && reach(pixel % 12, 7)) {
                    #expect(
                        deviation(Array(numbers), Array(expected[pixel * 19..<(pixel + 1) * 19])) < 1e-5,
                        "\(kernel.name), \(pixel)")
                }
            }
        }
    }

    @Test("Denormal numbers count as what they are")
    func denormals() {
        var dice = Dice(5)
        let axis = SlidingAxis(input: 12, output: 12, size: 3, padding: 1)
        let shape = ConvolutionShape(images: 1, vertical: axis, horizontal: axis, inputChannels: 21, outputChannels: 19)
        // Products of about 2^-133, a sixteenth of the smallest normal number; spaced by 2^-149.
        let weights = AlignedFloats(dice.floats(shape.weightCount).map { $0 * 0x1p-8 }),
            input = dice.floats(shape.inputImage).map { $0 * 0x1p-125 }
        let expected = execute(Backend.reference.convolution(shape, weights: weights), input, count: 144 * 19)
        #expect(expected.allSatisfy { $0.isSubnormal || $0 == 0 } && expected.contains { $0 != 0 })
        for (kernel, _) in natives(shape, weights) {
            let result = execute(kernel, input, count: 144 * 19)
            let worst = zip(result, expected).reduce(0) { max($0, abs($1.0 - $1.1)) }
            // Half a spacing for each of 189 products, and a little for the transforms.
            #expect(worst <= 400 * Float.leastNonzeroMagnitude, "\(kernel.name): \(worst)")
        }
    }

    @Test("A stride may be far longer than its axis, and leave most inputs unread")
    func farTooLong() {
        let far = SlidingAxis(input: 300, output: 1, size: 2, stride: 1 << 31)
        let shape = ConvolutionShape(images: 2, vertical: far, horizontal: far, inputChannels: 3, outputChannels: 2)
        var dice = Dice(1)
        let weights = AlignedFloats(dice.floats(shape.weightCount)),
            epilogue = Epilogue(bias: AlignedFloats([1, 2, 3]))
        let input = dice.floats(2 * shape.inputImage), gradient = dice.floats(4)
        let forward = execute(Backend.reference.convolution(shape, weights: weights), input, count: 4)
        let back = execute(
            Backend.reference.transposedConvolution(shape, weights: weights, epilogue: epilogue), gradient,
            count: input.count)
        #expect(
            deviation(execute(Backend.native.convolution(shape, weights: weights), input, count: 4), forward) < 1e-5)
        #expect(
            deviation(
                execute(
                    Backend.native.transposedConvolution(shape, weights: weights, epilogue: epilogue), gradient,
                    count: input.count), back) < 1e-5)
    }

    @Test("A transposed convolution spreads each input over its window")
    func transposedDefinition() {
        // Stride 2, window 3, weights 1, 10, 100, nothing cut: lengths 2 → 5.
        let shape = ConvolutionShape(
            images: 1, vertical: .pointwise(1), horizontal: SlidingAxis(input: 5, output: 2, size: 3, stride: 2),
            inputChannels: 1, outputChannels: 1)
        for backend in Backend.allCases {
            let kernel = backend.transposedConvolution(shape, weights: AlignedFloats([1, 10, 100]))
            #expect(execute(kernel, [1, 2], count: 5) == [1, 10, 102, 20, 200])
        }
    }

    @Test("Transposed convolutions agree with the Float64 reference", arguments: 1...80)
    func transposed(seed: Int) {
        var dice = Dice(seed)
        let widest = dice.int(0...2) == 0 ? 70 : 9
        let shape = ConvolutionShape(
            images: dice.int(1...3), vertical: dice.axis(16), horizontal: dice.axis(16),
            inputChannels: dice.int(1...widest), outputChannels: dice.int(1...widest))
        let weights = AlignedFloats(dice.floats(shape.weightCount)), epilogue = dice.epilogue(shape.inputChannels)
        let input = dice.floats(shape.outputRows * shape.horizontal.output * shape.outputChannels),
            count = shape.images * shape.inputImage
        let expected = execute(
            Backend.reference.transposedConvolution(shape, weights: weights, epilogue: epilogue), input, count: count)
        for backend in [Backend.openblas, .native] {
            let fast = backend.transposedConvolution(shape, weights: weights, epilogue: epilogue)
            let once = execute(fast, input, count: count)
            #expect(deviation(once, expected) < 1e-5, "seed \(seed): \(fast.name) of \(shape)")
            #expect(
                execute(fast, input, count: count, workers: 3) == once,
                "seed \(seed): threads change the result of \(fast.name)")
        }
    }

    @Test("A transposed convolution is the adjoint: ⟨conv x, y⟩ = ⟨x, transposed y⟩", arguments: 1...20)
    func adjoint(seed: Int) {
        var dice = Dice(seed)
        let shape = ConvolutionShape(
            images: 1, vertical: dice.axis(9), horizontal: dice.axis(9), inputChannels: dice.int(1...4),
            outputChannels: dice.int(1...4))
        let weights = AlignedFloats(dice.floats(shape.weightCount))
        let x = dice.floats(shape.inputImage),
            y = dice.floats(shape.outputRows * shape.horizontal.output * shape.outputChannels)
        let forward = execute(Backend.reference.convolution(shape, weights: weights), x, count: y.count)
        let left = zip(forward, y).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        for backend in [Backend.openblas, .native] {
            let backward = execute(backend.transposedConvolution(shape, weights: weights), y, count: x.count)
            let right = zip(x, backward).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
            #expect(abs(left - right) < 1e-4, "seed \(seed): \(backend) of \(shape)")
        }
    }
}
