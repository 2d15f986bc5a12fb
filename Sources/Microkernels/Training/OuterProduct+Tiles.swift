import MicrokernelInterface

extension Microkernels {
    /// Panels of columns, each as wide as the register tile; under a panel the blocks of rows.
    package static func outerProduct(_ call: OuterProduct) {
        let panels = (call.vectors &+ 2) / 3
        var vector = 0
        for panel in 0..<panels {
            let width = (call.vectors &- vector &+ panels &- panel &- 1) / (panels &- panel)
            switch width {
            case 1: OuterPanel<1>.run(call, vector)
            case 2: OuterPanel<2>.run(call, vector)
            default: OuterPanel<3>.run(call, vector)
            }
            vector &+= width
        }
    }
}

/// The tiles under a panel of `vectors` vectors.
private enum OuterPanel<let vectors: Int> {
    @inline(__always)
    static func run(_ call: OuterProduct, _ vector: Int) {
        var row = 0
        while row < call.rowCount {
            let inside = row % lanes, left = min(lanes &- inside, call.rowCount &- row)
            let rows = call.rows + (row / lanes &* call.rowBlock &+ inside),
                columns = call.columns + vector &* call.columnBlock
            let sums = call.sums + (row &* call.sumStride &+ vector &* lanes)
            #if AVX512
            if left >= 8 {
                OuterTile<8, vectors>.run(call, rows, columns, sums)
                row &+= 8
                continue
            }
            #endif
            if left >= 4 {
                OuterTile<4, vectors>.run(call, rows, columns, sums)
                row &+= 4
            } else if left >= 2 {
                OuterTile<2, vectors>.run(call, rows, columns, sums)
                row &+= 2
            } else {
                OuterTile<1, vectors>.run(call, rows, columns, sums)
                row &+= 1
            }
        }
    }
}

/// The sums of `rows` rows by `vectors` vectors, all of them in registers.
private enum OuterTile<let rows: Int, let vectors: Int> {
    @inline(never)
    static func run(
        _ call: OuterProduct, _ left: UnsafePointer<Float>, _ top: UnsafePointer<Float>,
        _ target: UnsafeMutablePointer<Float>
    ) {
        var sums = InlineArray<rows, InlineArray<vectors, Vector>> { _ in InlineArray { _ in Vector.zero } }
        var left = left, top = top
        let leftStep = call.rowStep, topStep = call.columnStep, block = call.columnBlock
        for _ in 0..<call.count {
            let columns = InlineArray<vectors, Vector> { load(top + $0 &* block) }
            var r = 0
            while r < rows {
                let row = Vector(repeating: left[r])
                var v = 0
                while v < vectors {
                    sums[r][v] = multiplyAdd(row, columns[v], sums[r][v])
                    v &+= 1
                }
                r &+= 1
            }
            left += leftStep
            top += topStep
        }
        let results = sums
        var output = target
        for r in 0..<rows {
            var line = results[r]
            if call.accumulates { line = InlineArray { line[$0] + load(UnsafePointer(output) + $0 &* lanes) } }
            var v = 0
            while v < vectors {
                store(line[v], to: output + v &* lanes)
                v &+= 1
            }
            output += call.sumStride
        }
    }
}
