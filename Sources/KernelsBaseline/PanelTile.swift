import KernelCalls

/// A register tile: the sums of `rows` rows by `vectors` vectors of filters, all of them in registers.
///
/// Per channel it loads `vectors` vectors of weights and one number of each row, and multiplies each with each. What
/// the register file holds decides the shapes: see `Family`.
enum PanelTile<let rows: Int, let vectors: Int> {
    @inline(never)
    static func run(_ call: PanelProduct, row: Int) {
        let none = InlineArray<vectors, Vector>(repeating: .zero)
        var sums = InlineArray<rows, InlineArray<vectors, Vector>>(repeating: none)
        let outputs = call.outputs + row
        if call.accumulates {
            eachSum { r, v in sums[r][v] = load(outputs[r] + call.outputShift + v * lanes) }
        }
        var table = call.inputs + row
        for tap in 0..<call.taps {
            accumulate(&sums, call, table, call.weights + tap &* call.tapStride)
            table += call.inputStride
        }
        let finish = call.finish, whole = call.columns / lanes
        eachSum { r, v in
            let output = outputs[r] + call.outputShift + v * lanes
            let result = finish(sums[r][v], for: output, column: v * lanes)
            if v < whole { store(result, to: output) } else { store(result, first: call.columns - v * lanes, to: output) }
        }
    }

    /// Adds the products of one tap.
    @inline(__always)
    private static func accumulate(
        _ sums: inout InlineArray<rows, InlineArray<vectors, Vector>>, _ call: PanelProduct,
        _ table: UnsafePointer<UnsafePointer<Float>>, _ tap: UnsafePointer<Float>
    ) {
        let inputs = InlineArray<rows, UnsafePointer<Float>> { table[$0] }
        if let zeros = call.zeros {
            var difference: UInt = 0
            var r = 0
            while r < rows { difference |= UInt(bitPattern: inputs[r]) ^ UInt(bitPattern: zeros); r &+= 1 }
            if difference == 0 { return }
        }
        var weights = tap
        var channel = call.inputShift
        let end = channel &+ call.channels
        while channel < end {
            let filters = InlineArray<vectors, Vector> { load(weights + $0 &* lanes) }
            var r = 0
            while r < rows {
                let input = Vector(repeating: inputs[r][channel])
                var v = 0
                while v < vectors {
                    sums[r][v] = multiplyAdd(input, filters[v], sums[r][v])
                    v &+= 1
                }
                r &+= 1
            }
            weights += vectors &* lanes
            channel &+= 1
        }
    }

    @inline(__always)
    private static func eachSum(_ body: (_ row: Int, _ vector: Int) -> Void) {
        var r = 0
        while r < rows {
            var v = 0
            while v < vectors { body(r, v); v &+= 1 }
            r &+= 1
        }
    }
}
