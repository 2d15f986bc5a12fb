/// A network as a page shows it: a row for each call of a layer, and beside the rows the tensors as lanes that run from
/// the call that makes one to those that read it, so that branches and skips are seen. Neighbours whose names begin
/// alike are one row that opens.
struct NetworkDrawing {
    let rows: [Row]

    /// What the page's template is given.
    struct Row {
        let name: String
        let kind: String
        let size: String
        let filters: String
        let lanes: String
        /// The lanes that go on below the row, beside what it opens to.
        let through: String
        let bar: String
        let facts: [Block.Entry]
        let rows: [Row]
        let isGroup: Bool
    }

    /// Networks of fewer calls are shown as they are.
    private static let fewestToGroup = 40
    /// Fewer neighbours are no group.
    private static let fewestInGroup = 6

    init(_ chart: NetworkChart) {
        let calls = chart.calls
        let most = calls.compactMap { $0.filters?.dense }.max() ?? 1
        let groups =
            calls.count < Self.fewestToGroup ? calls.indices.map { $0..<$0 + 1 } : Self.groups(calls)
        var group = Array(repeating: 0, count: calls.count)
        for (index, range) in groups.enumerated() { for call in range { group[call] = index } }
        /// The calls that a call reads, as far as they are in `range`.
        func read(by call: Int, among range: Range<Int>) -> [Int] {
            calls[call].inputs.filter { range.contains($0) && $0 < call }
        }
        let outer = Lanes(
            groups.map { range in
                range.flatMap { read(by: $0, among: 0..<range.lowerBound) }.map { group[$0] }
            })
        rows = groups.enumerated().map { index, range in
            let first = range.lowerBound
            if range.count == 1 { return Self.row(calls[first], outer.rows[index], outer.width, most, []) }
            let inner = Lanes(range.map { read(by: $0, among: range).map { $0 - first } })
            let inside = range.map { Self.row(calls[$0], inner.rows[$0 - first], inner.width, most, []) }
            return Self.row(Self.summary(calls[range]), outer.rows[index], outer.width, most, inside)
        }
    }

    /// Runs of at least `fewestInGroup` calls whose names share a beginning that ends in a number, as long a one as
    /// there is; all others by themselves.
    private static func groups(_ calls: [NetworkChart.Call]) -> [Range<Int>] {
        let beginnings = calls.map { Self.beginnings(of: $0.name) }
        var groups: [Range<Int>] = [], start = 0
        while start < calls.count {
            // The longest first.
            let end =
                beginnings[start].lazy.map { beginning in
                    beginnings[start...].firstIndex { !$0.contains(beginning) } ?? calls.count
                }.first { $0 - start >= fewestInGroup } ?? start + 1
            groups.append(start..<end)
            start = end
        }
        return groups
    }

    /// `conv2_block1` and `conv2` of `conv2_block1_add`, the longer first; of a name with many parts the first ones.
    private static func beginnings(of name: String) -> [String] {
        var beginnings: [String] = [], hasNumber = false
        for index in name.indices.prefix(200) {
            if !"_/.".contains(name[index]) {
                hasNumber = hasNumber || name[index].isWholeNumber
            } else if hasNumber {
                beginnings.append(String(name[..<index]))
                hasNumber = false
            }
        }
        return beginnings.reversed()
    }

    /// A group in the words of a call.
    private static func summary(_ calls: ArraySlice<NetworkChart.Call>) -> NetworkChart.Call {
        let filters = calls.compactMap(\.filters)
        let names = calls.map { Set(beginnings(of: $0.name)) }
        let shared = names.dropFirst().reduce(names.first ?? []) { $0.intersection($1) }
        return NetworkChart.Call(
            name: shared.max { $0.count < $1.count } ?? "", kind: "\(calls.count) layers", inputs: [],
            size: calls.last?.size ?? "",
            filters: filters.isEmpty
                ? nil
                : NetworkChart.Filters(
                    kept: filters.reduce(0) { $0 + $1.kept }, pinned: filters.reduce(0) { $0 + $1.pinned },
                    cut: filters.reduce(0) { $0 + $1.cut }), facts: [])
    }

    private static func row(
        _ call: NetworkChart.Call, _ lanes: Lanes.Row, _ width: Int, _ most: Int, _ rows: [Row]
    ) -> Row {
        Row(
            name: call.name.printable, kind: call.kind.printable, size: call.size.printable,
            filters: call.filters.map { filters in
                filters.dense == filters.compact
                    ? Format.count(filters.dense) : "\(Format.count(filters.dense)) → \(Format.count(filters.compact))"
            } ?? "", lanes: lanes.svg(width), through: lanes.through(width),
            bar: call.filters.map { bar($0, most: most) } ?? "",
            facts: call.facts.compactMap(Block.Entry.init), rows: rows, isGroup: !rows.isEmpty)
    }

    /// Dense to the left of the middle, compact to the right. Lengths go by the square root of the number of filters, so
    /// that the small layers are seen beside the large; a bar's parts go by their numbers.
    private static func bar(_ filters: NetworkChart.Filters, most: Int) -> String {
        let half = 150.0, height = 16.0, middle = half
        func length(_ count: Int) -> Double {
            most > 0 ? min(half, half * (Double(count) / Double(most)).squareRoot()) : 0
        }
        var marks = [SVG.rule(middle, 0, middle, height)]
        func add(_ parts: [(style: String, count: Int)], of total: Int, _ direction: Double) {
            var place = middle
            for (style, count) in parts where count > 0 {
                let part = length(total) * Double(count) / Double(total), end = place + direction * part
                marks.append(
                    SVG.box(style, min(place, end) + 0.5, 1.5, max(part - 1, 0.5), height - 3))
                place = end
            }
        }
        add([("kept", filters.kept), ("pinned", filters.pinned), ("cut", filters.cut)], of: filters.dense, -1)
        add([("kept", filters.kept), ("pinned", filters.pinned)], of: filters.compact, 1)
        let words =
            "\(Format.count(filters.kept)) alive, \(Format.count(filters.pinned)) pinned, \(Format.count(filters.cut)) cut"
        return SVG.element(
            "svg",
            [
                "class": "filters", "viewBox": "0 0 \(SVG.text(2 * half)) \(SVG.text(height))", "role": "img",
                "aria-label": words,
            ],
            SVG.title(words) + marks.joined())
    }
}

/// Which tensors run beside each row, from the row that makes one to the last that reads it.
private struct Lanes {
    let rows: [Row]
    /// The most at once.
    let width: Int

    struct Row {
        /// Where the row's own mark is.
        let place: Int
        /// Lanes that come from above to the mark.
        let read: [Int]
        /// Lanes that pass by, or go on below the mark.
        let passing: [Int]
        let isRead: Bool
    }

    /// More lanes than these are not drawn: nobody could follow them.
    private static let most = 64

    /// `inputs`: the rows that each row reads, all above it.
    init(_ inputs: [[Int]]) {
        var last = Array(repeating: -1, count: inputs.count)
        for (row, read) in inputs.enumerated() { for input in read { last[input] = row } }
        var lanes: [Int?] = [], rows: [Row] = [], width = 1
        for row in inputs.indices {
            let read = lanes.indices.filter { lane in lanes[lane].map(inputs[row].contains) ?? false }
            for lane in read where lanes[lane].map({ last[$0] == row }) ?? false { lanes[lane] = nil }
            let passing = lanes.indices.filter { lanes[$0] != nil }
            let place = read.first { lanes[$0] == nil } ?? lanes.firstIndex { $0 == nil } ?? lanes.count
            if place == lanes.count { lanes.append(nil) }
            lanes[place] = last[row] > row ? row : nil
            width = max(width, lanes.count)
            if width > Self.most {
                self.rows = inputs.map { _ in Row(place: 0, read: [], passing: [], isRead: false) }
                self.width = 1
                return
            }
            rows.append(Row(place: place, read: read, passing: passing, isRead: last[row] > row))
        }
        (self.rows, self.width) = (rows, width)
    }
}

extension Lanes.Row {
    private static let height = 28.0, step = 12.0

    private func x(_ lane: Int) -> Double { Self.step * (Double(lane) + 0.5) }

    func svg(_ width: Int) -> String {
        let middle = Self.height / 2
        let lines =
            passing.map { "M\(SVG.text(x($0))) 0V\(SVG.text(Self.height))" }
            + read.map { lane in
                "M\(SVG.text(x(lane))) 0Q\(SVG.text(x(lane))) \(SVG.text(middle)) \(SVG.text(x(place))) \(SVG.text(middle))"
            } + (isRead ? ["M\(SVG.text(x(place))) \(SVG.text(middle))V\(SVG.text(Self.height))"] : [])
        return SVG.element(
            "svg",
            [
                "class": "lanes", "viewBox": "0 0 \(SVG.text(Self.step * Double(width))) \(SVG.text(Self.height))",
                "width": SVG.text(Self.step * Double(width)), "height": SVG.text(Self.height), "aria-hidden": "true",
            ],
            SVG.element("path", ["class": "lane", "d": lines.joined()])
                + SVG.element(
                    "circle", ["class": "dot s0", "cx": SVG.text(x(place)), "cy": SVG.text(middle), "r": "4"]))
    }

    /// As wide as `svg`, and as high as it is stretched to.
    func through(_ width: Int) -> String {
        let lines = (passing + (isRead ? [place] : [])).map { "M\(SVG.text(x($0))) 0V1" }
        return SVG.element(
            "svg",
            [
                "class": "through", "viewBox": "0 0 \(SVG.text(Self.step * Double(width))) 1",
                "preserveAspectRatio": "none", "width": SVG.text(Self.step * Double(width)), "aria-hidden": "true",
            ], SVG.element("path", ["class": "lane", "d": lines.joined()]))
    }
}
