import Tensors
import Testing
@testable import Surgery

@Suite("Where answers differ") struct AnswerDifferencesTests {
    private func answers(_ rows: [Float]...) -> Tensor {
        Tensor(shape: [rows.count, rows[0].count], rows.flatMap(\.self))
    }

    @Test("Each image counts once for each output, by the power of ten that its largest deviation lies below")
    func decades() {
        var differences = AnswerDifferences()
        differences.add(
            dense: [answers([0, 1], [1, 0], [0, 0]), answers([5], [5], [5])],
            compact: [answers([0, 1], [1.5, 0.25], [0, 0.001953125]), answers([5], [7], [.nan])])
        #expect(
            differences.decades == [
                [AnswerDifferences.exact: 1, 0: 1, -2: 1], [AnswerDifferences.exact: 1, 1: 1, 999: 1],
            ])
        differences.add(dense: [answers([0, 1]), answers([5])], compact: [answers([0, 0.5]), answers([5])])
        #expect(differences.decades[0][0] == 2)
        #expect(differences.farthest.map(\.image) == [2, 1, 3] && differences.farthest[1].difference == 2)
    }

    @Test("The ten farthest are kept, of equal ones the earlier, however images come in batches")
    func farthest() {
        let deviations: [Float] = (0..<30).map { Float(($0 * 7) % 15) }
        func kept(_ batch: Int) -> [Int] {
            var differences = AnswerDifferences()
            for start in stride(from: 0, to: 30, by: batch) {
                let part = deviations[start..<min(30, start + batch)], shape = [part.count, 1]
                differences.add(
                    dense: [Tensor(shape: shape)], compact: [Tensor(shape: shape, Array(part))])
            }
            return differences.farthest.map(\.image)
        }
        let wanted = deviations.indices.sorted { (deviations[$1], $0) < (deviations[$0], $1) }.prefix(10)
        for batch in [1, 4, 30] { #expect(kept(batch) == Array(wanted)) }
    }

    @Test("Classes are missed, and taken for others, by each model for itself")
    func classes() throws {
        var differences = AnswerDifferences()
        differences.add(
            dense: answers([1, 0, 0], [0, 1, 0], [0, 1, 0]), compact: answers([1, 0, 0], [1, 1, 0], [0, 0, 1]),
            labels: [0, 1, 2])
        let classes = try #require(differences.classes)
        #expect(
            classes.images == [1, 1, 1] && classes.missedByDense == [0, 0, 1] && classes.missedByCompact == [0, 1, 0])
        #expect(classes.dense == [1, 0, 0, 0, 1, 0, 0, 1, 0] && classes.compact == [1, 0, 0, 1, 0, 0, 0, 0, 1])
        differences.add(dense: answers([1, 0, 0]), compact: answers([1, 0, 0]), labels: [7])
        #expect(differences.classes?.images == [1, 1, 1])
        var many = AnswerDifferences(), one = AnswerDifferences()
        many.add(dense: Tensor(shape: [1, 1000]), compact: Tensor(shape: [1, 1000]), labels: [3])
        one.add(dense: answers([1]), compact: answers([1]), labels: [0])
        #expect(many.classes?.dense.isEmpty == true && many.classes?.missedByDense[3] == 1 && one.classes == nil)
    }
}
