import Graphs
import TestSupport
import Testing
@testable import Reports

@Suite struct NetworkDrawingTests {
    private func call(_ name: String, _ inputs: [Int], _ filters: NetworkChart.Filters? = nil) -> NetworkChart.Call {
        NetworkChart.Call(
            name: name, kind: "Conv2D", inputs: inputs, size: "8 × 8 × 4", filters: filters,
            facts: [Item("parameters", "12")])
    }

    private func rows(_ calls: [NetworkChart.Call]) -> [NetworkDrawing.Row] {
        NetworkDrawing(NetworkChart(calls: calls)).rows
    }

    /// The width of the drawing beside a row: 12 for each lane.
    private func lanes(_ row: NetworkDrawing.Row) -> Int? {
        row.lanes.firstMatch(of: /viewBox="0 0 (\d+) 28"/).flatMap { Int($0.1) }.map { $0 / 12 }
    }

    @Test("A chain takes one lane, a branch that is read further down another")
    func branches() {
        let chain = rows([call("a", []), call("b", [0]), call("c", [1])])
        #expect(chain.map(lanes) == [1, 1, 1] && chain.map(\.name) == ["a", "b", "c"])
        let residual = rows([call("a", []), call("b", [0]), call("c", [1]), call("add", [2, 0]), call("d", [3])])
        #expect(residual.map(lanes) == [2, 2, 2, 2, 2])
        // The sum is where both branches end, and what follows goes on in the trunk's lane.
        #expect(residual[3].lanes.components(separatedBy: "Q").count == 3)
        #expect(residual[1].lanes.contains("cx=\"18\"") && residual[4].lanes.contains("cx=\"6\""))
        #expect(residual[1].through.contains("M6 0V1M18 0V1"))
    }

    @Test("In long networks neighbours whose names begin alike are one row that opens")
    func groups() throws {
        var calls = [call("stem", [])]
        for stage in 1...2 {
            for block in 1...3 {
                let first = calls.count
                for (index, name) in ["1_conv", "1_bn", "1_relu", "2_conv", "2_bn", "add"].enumerated() {
                    let filters = name == "1_conv" ? NetworkChart.Filters(kept: 3, pinned: 1, cut: 4) : nil
                    calls.append(
                        call(
                            "conv\(stage)_block\(block)_\(name)",
                            index == 5 ? [first + 4, first - 1] : [first + index - 1], filters))
                }
            }
        }
        calls.append(call("fc", [calls.count - 1]))
        #expect(rows(calls).count == calls.count)
        while calls.count < 40 { calls.append(call("tail", [calls.count - 1])) }
        let grouped = rows(calls)
        #expect(
            grouped[1...6].map(\.name) == [
                "conv1_block1", "conv1_block2", "conv1_block3", "conv2_block1", "conv2_block2", "conv2_block3",
            ])
        #expect(grouped[1].rows.count == 6 && grouped[1].isGroup && grouped[1].filters == "8 → 4")
        #expect(grouped[1].rows.map(lanes) == Array(repeating: 1, count: 6))
        #expect(!grouped[0].isGroup && grouped[7].name == "fc")
    }

    @Test("Bars are split as the filters are, dense to the left and compact to the right")
    func bars() throws {
        let row = rows([
            call("wide", [], NetworkChart.Filters(kept: 100, pinned: 0, cut: 0)),
            call("a", [0], NetworkChart.Filters(kept: 10, pinned: 5, cut: 10)),
        ])[1]
        let boxes = row.bar.matches(of: /class="(\w+)" x="([\d.]+)" y="1.5" width="([\d.]+)"/).map {
            (String($0.1), Double($0.2) ?? .nan, Double($0.3) ?? .nan)
        }
        // A quarter of the filters of the widest layer: half of its length of 150.
        try #require(boxes.map(\.0) == ["kept", "pinned", "cut", "kept", "pinned"])
        for (box, wanted) in zip(boxes, [(120.5, 29.0), (105.5, 14), (75.5, 29), (150.5, 37.7), (188.7, 18.4)]) {
            #expect(abs(box.1 - wanted.0) < 1 && abs(box.2 - wanted.1) < 1, "\(box)")
        }
        #expect(row.bar.contains("10 alive, 5 pinned, 10 cut") && row.filters == "25 → 15")
    }

    @Test("A list that was changed by hand is drawn as far as it makes sense")
    func hostile() {
        for inputs in [[-1], [0], [1], [Int.max], [Int.min], [2, 0, 0]] {
            #expect(rows([call("a", []), call("b", inputs), call("c", [1])]).count == 3)
        }
        let star = (0..<200).map { call("n", $0 < 100 ? [] : [$0 - 100]) }
        #expect(rows(star).count == 200 && rows(star).allSatisfy { lanes($0) == 1 })
        #expect(rows([]).isEmpty)
    }

    @Test("Calls are told in order with what reads what, and the cut with its shapes")
    func lines() throws {
        let make = GraphMaker()
        let trunk = try make.block(make.input(6, 6, 3), 5, dead: [1: -1])
        let sum = try make.merge(.add, [trunk, make.conv(trunk, 5, 1)])
        let dense = try make.finished(make.conv(sum, 2, 1))
        var compact = dense
        compact.nodes.removeLast()
        let lines = NetworkLine.all(in: dense, compact: compact)
        #expect(lines.count == dense.nodes.count && lines.last?.compact == nil)
        #expect(lines[0].inputs.isEmpty && lines.dropFirst().allSatisfy { !$0.inputs.isEmpty })
        #expect(lines.enumerated().allSatisfy { index, line in line.inputs.allSatisfy { $0 < index } })
        #expect(lines[1].dense.outputShape == [6, 6, 5] && lines[1].compact?.macs == lines[1].dense.macs)
        #expect(lines.reduce(0) { $0 + ($1.dense.macs ?? 0) } == dense.macs)
        let first = try #require(FirstKernels(dense))
        #expect(first.layer == lines[1].name && first.shape == [3, 3, 3, 5] && first.values.count == 135)
    }
}
