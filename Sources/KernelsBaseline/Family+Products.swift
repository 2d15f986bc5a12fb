import KernelCalls

extension Family {
    /// Computes a panel product, its rows shared out evenly over as few tiles as hold them.
    package static func multiply(_ call: PanelProduct) {
        let height = tileRows(call.vectors), tiles = (call.rows &+ height &- 1) / height
        var row = 0
        for tile in 0..<tiles {
            let rows = (call.rows &- row) / (tiles &- tile)
            switch call.vectors {
            case 1: Panel<1>.run(call, row: row, rows: rows)
            case 2: Panel<2>.run(call, row: row, rows: rows)
            case 3: Panel<3>.run(call, row: row, rows: rows)
            default: Panel<4>.run(call, row: row, rows: rows)
            }
            row &+= rows
        }
    }
}

/// The tiles for panels of one width.
private enum Panel<let vectors: Int> {
    @inline(__always)
    static func run(_ call: PanelProduct, row: Int, rows: Int) {
        switch rows {
        case 1: PanelTile<1, vectors>.run(call, row: row)
        case 2: PanelTile<2, vectors>.run(call, row: row)
        case 3: PanelTile<3, vectors>.run(call, row: row)
        case 4: PanelTile<4, vectors>.run(call, row: row)
        case 5: PanelTile<5, vectors>.run(call, row: row)
        case 6: PanelTile<6, vectors>.run(call, row: row)
        case 7: PanelTile<7, vectors>.run(call, row: row)
        case 8: PanelTile<8, vectors>.run(call, row: row)
        case 9: PanelTile<9, vectors>.run(call, row: row)
        case 10: PanelTile<10, vectors>.run(call, row: row)
        case 11: PanelTile<11, vectors>.run(call, row: row)
        default: PanelTile<12, vectors>.run(call, row: row)
        }
    }
}
