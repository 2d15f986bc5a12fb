import KernelCalls

extension Family {
    /// Computes a panel product, its rows shared out evenly over as few tiles as hold them.
    package static func multiply(_ call: PanelProduct) {
        let height = tileRows(call.vectors), tiles = (call.rows &+ height &- 1) / height
        // A few tiles read the weights as fast as they come.
        if call.next == nil || tiles < (hasManyRegisters ? 4 : 2) { run(call, tiles, asks: 0) } else { run(call, tiles, asks: 1) }
    }

    @inline(__always)
    private static func run(_ call: PanelProduct, _ tiles: Int, asks: Int) {
        var share = PanelShare(), row = 0
        if asks == 1 {
            share.step = (call.vectors &* lanes &+ tiles &- 1) / tiles
            share.count = call.taps &* call.channels &* call.vectors &* lanes / tiles
        }
        for tile in 0..<tiles {
            let rows = (call.rows &- row) / (tiles &- tile)
            switch (call.vectors, asks) {
            case (1, 0): Panel<1, 0>.run(call, row: row, rows: rows, share: share)
            case (2, 0): Panel<2, 0>.run(call, row: row, rows: rows, share: share)
            case (3, 0): Panel<3, 0>.run(call, row: row, rows: rows, share: share)
            case (_, 0): Panel<4, 0>.run(call, row: row, rows: rows, share: share)
            case (1, _): Panel<1, 1>.run(call, row: row, rows: rows, share: share)
            case (2, _): Panel<2, 1>.run(call, row: row, rows: rows, share: share)
            case (3, _): Panel<3, 1>.run(call, row: row, rows: rows, share: share)
            case (_, _): Panel<4, 1>.run(call, row: row, rows: rows, share: share)
            }
            row &+= rows
            share.first &+= share.count
        }
    }
}

/// The part of the next product's weights that a tile asks for.
struct PanelShare {
    /// In floats: where it begins, how long it is, and from channel to channel.
    var first = 0, count = 0, step = 0
}

/// The tiles for panels of one width.
private enum Panel<let vectors: Int, let asks: Int> {
    @inline(__always)
    static func run(_ call: PanelProduct, row: Int, rows: Int, share: PanelShare) {
        switch rows {
        case 1: PanelTile<1, vectors, asks>.run(call, row: row, share: share)
        case 2: PanelTile<2, vectors, asks>.run(call, row: row, share: share)
        case 3: PanelTile<3, vectors, asks>.run(call, row: row, share: share)
        case 4: PanelTile<4, vectors, asks>.run(call, row: row, share: share)
        case 5: PanelTile<5, vectors, asks>.run(call, row: row, share: share)
        case 6: PanelTile<6, vectors, asks>.run(call, row: row, share: share)
        case 7: PanelTile<7, vectors, asks>.run(call, row: row, share: share)
        case 8: PanelTile<8, vectors, asks>.run(call, row: row, share: share)
        case 9: PanelTile<9, vectors, asks>.run(call, row: row, share: share)
        case 10: PanelTile<10, vectors, asks>.run(call, row: row, share: share)
        case 11: PanelTile<11, vectors, asks>.run(call, row: row, share: share)
        default: PanelTile<12, vectors, asks>.run(call, row: row, share: share)
        }
    }
}
