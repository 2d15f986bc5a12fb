import Surgery

/// How far the answers of both models are apart, image by image and class by class.
package struct AnswerDifferencesLine: Codable, Sendable {
    /// Of each compared output how many images deviate by how much.
    package let outputs: [Output]
    /// The images that deviate most, the farthest first, by their places among those compared, from 0.
    package let farthest: [Image]
    /// Absent without labels.
    package let classes: Classes?

    package struct Output: Codable, Sendable {
        package let name: String
        package let steps: [Step]
    }

    /// Images whose largest |compact − dense| lies in a decade.
    package struct Step: Codable, Sendable {
        /// What it lies below; null for no difference at all.
        @Nullable package private(set) var below: Double?
        package let images: Int
    }

    package struct Image: Codable, Sendable {
        package let image: Int
        package let deviation: Double
    }

    /// By class: its images, and those missed; by class what it was taken for, absent for many classes.
    package struct Classes: Codable, Sendable {
        package let images: [Int]
        package let missedByDense: [Int]
        package let missedByCompact: [Int]
        package let dense: [[Int]]?
        package let compact: [[Int]]?
    }
}

extension AnswerDifferencesLine {
    /// `names`: of the compared tensors. Nil where nothing was compared.
    init?(_ differences: AnswerDifferences, names: [String]) {
        if differences.decades.isEmpty { return nil }
        outputs = zip(names, differences.decades).map { name, decades in
            Output(
                name: name,
                steps: decades.sorted { $0.key < $1.key }.map { decade, images in
                    // Read, since repeated division comes to other numbers.
                    Step(below: decade == AnswerDifferences.exact ? nil : Double("1e\(decade)"), images: images)
                })
        }
        farthest = differences.farthest.map { Image(image: $0.image, deviation: $0.difference) }
        classes = differences.classes.map(Classes.init)
    }

    var sections: [Section] {
        var steps: [Double?] = []
        for step in outputs.flatMap(\.steps) where !steps.contains(step.below) { steps.append(step.below) }
        steps.sort { ($0 ?? -1) < ($1 ?? -1) }
        let deviations = Chart(
            title: "Images by their largest deviation, output by output", categories: outputs.map(\.name),
            series: steps.map { below in
                Chart.Series(
                    name: below.map { "< \(Format.scientific($0))" } ?? "none",
                    values: outputs.map { output in
                        Double(output.steps.filter { $0.below == below }.reduce(0) { $0 &+ $1.images })
                    })
            }, kind: .cells)
        let images = Table(
            of: farthest, title: "The images that deviate most, by their places among those compared",
            [
                .right("image"): { .count($0.image) },
                .right("deviation"): { .number($0.deviation, Format.scientific) },
            ])
        return [.chart(deviations)] + (farthest.isEmpty ? [] : [.table(images)]) + (classes?.sections ?? [])
    }
}

extension AnswerDifferencesLine.Classes {
    fileprivate init(_ answers: ClassAnswers) {
        (images, missedByDense, missedByCompact) = (answers.images, answers.missedByDense, answers.missedByCompact)
        func rows(_ table: [Int]) -> [[Int]]? {
            table.isEmpty
                ? nil
                : stride(from: 0, to: table.count, by: answers.classes).map { Array(table[$0..<$0 + answers.classes]) }
        }
        (dense, compact) = (rows(answers.dense), rows(answers.compact))
    }

    fileprivate var sections: [Section] {
        func percent(_ missed: [Int], _ index: Int) -> Double? {
            missed.indices.contains(index) && images[index] > 0
                ? 100 * Double(missed[index]) / Double(images[index]) : nil
        }
        let seen = images.indices.filter { images[$0] > 0 }
        let errors = Chart(
            title: "Error of each class, %", categories: seen.map { "class \($0)" },
            series: [("dense", missedByDense), ("compact", missedByCompact)].map { name, missed in
                Chart.Series(name: name, values: seen.map { percent(missed, $0) })
            }, kind: .bars)
        let confusions = [("dense", dense), ("compact", compact)].compactMap { name, rows -> Section? in
            guard let rows, rows.allSatisfy({ $0.count == rows.count }) else { return nil }
            return .chart(
                Chart(
                    title: "Classes (rows) and what the \(name) model takes them for (columns)",
                    categories: rows.indices.map { "class \($0)" },
                    series: rows.indices.map { column in
                        Chart.Series(name: "\(column)", values: rows.map { Double($0[column]) })
                    }, kind: .cells))
        }
        return [.chart(errors)] + confusions
    }
}
