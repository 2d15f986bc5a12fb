import MicrokernelInterface

extension Microkernels {
    /// Computes a product with a few filters: vectors of channels, whose lanes are added up at the end.
    static func multiplyTail(_ call: PanelProduct) {
        switch call.columns {
        case 1: Tails<1>.run(call)
        case 2: Tails<2>.run(call)
        case 3: Tails<3>.run(call)
        default: Tails<4>.run(call)
        }
    }
}

/// All tiles of a product with `filters` filters.
private enum Tails<let filters: Int> {
    @inline(__always)
    static func run(_ call: PanelProduct) {
        var row = 0
        while row &+ 4 <= call.rows {
            if Microkernels.hasManyRegisters, filters <= 2, row &+ 8 <= call.rows {
                TailTile<8, filters>.run(call, row: row)
                row &+= 8
            } else {
                TailTile<4, filters>.run(call, row: row)
                row &+= 4
            }
        }
        while row < call.rows {
            TailTile<1, filters>.run(call, row: row)
            row &+= 1
        }
    }
}

/// A register tile of sums of lanes: the products of `rows` rows with `filters` filters.
private enum TailTile<let rows: Int, let filters: Int> {
    private typealias Sums = InlineArray<rows, InlineArray<filters, Vector>>

    @inline(never)
    static func run(_ call: PanelProduct, row: Int) {
        var sums = Sums { _ in InlineArray { _ in Vector.zero } }
        var addresses = call.inputs + row, weights = call.weights
        for _ in 0..<call.taps {
            accumulate(&sums, call, addresses, weights)
            addresses += call.inputStride
            weights += call.tapStride
        }
        let outputs = call.outputs + row
        var r = 0
        if !call.accumulates, call.epilogue.isEmpty {
            while r < rows {
                let output = outputs[r] + call.outputShift
                var f = 0
                while f < filters { output[f] = total(sums[r][f]); f &+= 1 }
                r &+= 1
            }
            return
        }
        let results = sums
        for r in 0..<rows {
            let output = outputs[r] + call.outputShift
            var line = Vector.zero
            var f = 0
            while f < filters { line[f] = total(results[r][f]); f &+= 1 }
            if call.accumulates {
                line += load(UnsafePointer(output))
            } else if let bias = call.epilogue.bias {
                line += load(bias)
            }
            var whole: InlineArray<1, Vector> = [line]
            call.epilogue.apply(to: &whole, at: output, step: 0)
            store(whole[0], to: output, of: filters)
        }
    }

    /// Adds the products of one tap.
    @inline(__always)
    private static func accumulate(
        _ sums: inout Sums, _ call: PanelProduct, _ addresses: UnsafePointer<UnsafePointer<Float>>,
        _ tap: UnsafePointer<Float>
    ) {
        if let zeros = call.zeros {
            var r = 0
            while r < rows, addresses[r] == zeros { r &+= 1 }
            if r == rows { return }
        }
        let inputs = InlineArray<rows, UnsafePointer<Float>> { addresses[$0] + call.inputShift }
        let whole = call.channels / lanes &* lanes
        var channel = 0
        while channel < whole {
            add(&sums, InlineArray { load(tap + ($0 &* call.filterStride &+ channel)) }) { load(inputs[$0] + channel) }
            channel &+= lanes
        }
        let left = call.channels &- whole
        if left > 0 {
            add(&sums, InlineArray { load(tap + ($0 &* call.filterStride &+ whole), first: left) }) {
                load(inputs[$0] + whole, first: left)
            }
        }
    }

    @inline(__always)
    private static func add(_ sums: inout Sums, _ weights: InlineArray<filters, Vector>, _ input: (Int) -> Vector) {
        var r = 0
        while r < rows {
            let x = input(r)
            var f = 0
            while f < filters { sums[r][f] = multiplyAdd(x, weights[f], sums[r][f]); f &+= 1 }
            r &+= 1
        }
    }
}
