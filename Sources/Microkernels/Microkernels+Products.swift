import MicrokernelInterface

extension Microkernels {
    /// Computes a panel product, its rows shared out evenly over as few tiles as hold them.
    package static func multiply(_ call: PanelProduct) {
        if call.filterStride > 0 { return multiplyTail(call) }
        let vectors = vectorCount(call.width), height = tileRows(call.width),
            tiles = (call.rows &+ height &- 1) / height
        // A few tiles use up the weights as fast as memory delivers them: prefetching would only get in their way.
        let prefetchesNext = call.next != nil && tiles >= (hasManyRegisters ? 4 : 2)
        if endsInHalves, call.width < vectors &* lanes {
            if prefetchesNext { Tiles<1, 1>.run(call, vectors, tiles) } else { Tiles<1, 0>.run(call, vectors, tiles) }
        } else {
            if prefetchesNext { Tiles<0, 1>.run(call, vectors, tiles) } else { Tiles<0, 0>.run(call, vectors, tiles) }
        }
    }
}

/// All tiles of a product.
private enum Tiles<let halves: Int, let prefetchesNext: Int> {
    @inline(__always)
    static func run(_ call: PanelProduct, _ vectors: Int, _ tiles: Int) {
        var share = PanelShare(), row = 0
        if prefetchesNext == 1 {
            share.step = (call.width &+ tiles &- 1) / tiles
            share.count = call.taps &* call.channels &* call.width / tiles
        }
        for tile in 0..<tiles {
            let rows = (call.rows &- row) / (tiles &- tile)
            switch vectors {
            case 1: Panel<1, halves, prefetchesNext>.run(call, row: row, rows: rows, share: share)
            case 2: Panel<2, halves, prefetchesNext>.run(call, row: row, rows: rows, share: share)
            case 3: Panel<3, halves, prefetchesNext>.run(call, row: row, rows: rows, share: share)
            default: Panel<4, halves, prefetchesNext>.run(call, row: row, rows: rows, share: share)
            }
            row &+= rows
            share.first &+= share.count
        }
    }
}

/// The part of the next product's weights that a tile prefetches.
struct PanelShare {
    /// In floats: where it begins, how long it is, and from channel to channel.
    var first = 0, count = 0, step = 0
}

/// The tiles for panels of one width: see `Microkernels.tileRows`.
private enum Panel<let vectors: Int, let halves: Int, let prefetchesNext: Int> {
    @inline(__always)
    static func run(_ call: PanelProduct, row: Int, rows: Int, share: PanelShare) {
        switch rows {
        case 1: PanelTile<1, vectors, halves, prefetchesNext>.run(call, row: row, share: share)
        case 2: PanelTile<2, vectors, halves, prefetchesNext>.run(call, row: row, share: share)
        case 3: PanelTile<3, vectors, halves, prefetchesNext>.run(call, row: row, share: share)
        case 4: PanelTile<4, vectors, halves, prefetchesNext>.run(call, row: row, share: share)
        case 5: PanelTile<5, vectors, halves, prefetchesNext>.run(call, row: row, share: share)
        case 6: PanelTile<6, vectors, halves, prefetchesNext>.run(call, row: row, share: share)
        case 7: PanelTile<7, vectors, halves, prefetchesNext>.run(call, row: row, share: share)
        case 8: PanelTile<8, vectors, halves, prefetchesNext>.run(call, row: row, share: share)
        case _ where vectors > 2: break
        case 9: PanelTile<9, vectors, halves, prefetchesNext>.run(call, row: row, share: share)
        case 10: PanelTile<10, vectors, halves, prefetchesNext>.run(call, row: row, share: share)
        case 11: PanelTile<11, vectors, halves, prefetchesNext>.run(call, row: row, share: share)
        default: PanelTile<12, vectors, halves, prefetchesNext>.run(call, row: row, share: share)
        }
    }
}
