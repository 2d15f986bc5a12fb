/// Kernels as small pictures in rows, those marked crossed out.
struct KernelDrawing {
    /// More taps than these are not drawn: the page would be slow.
    private static let mostTaps = 8192
    private static let tile = 48.0, gap = 8.0, width = 720.0

    private let chart: KernelChart

    /// Nil where there are none, or too many.
    init?(_ chart: KernelChart) {
        let taps = chart.kernels.reduce(0) { $0 + ($1.channels > 0 ? $1.values.count / $1.channels : 0) }
        guard (1...Self.mostTaps).contains(taps), chart.kernels.allSatisfy({ $0.width > 0 }) else { return nil }
        self.chart = chart
    }

    var svg: String {
        let columns = Int((Self.width + Self.gap) / (Self.tile + Self.gap)), count = chart.kernels.count
        let rows = (count + columns - 1) / columns
        let pictures = chart.kernels.enumerated().map { index, kernel in
            picture(
                kernel, Double(index % columns) * (Self.tile + Self.gap),
                Double(index / columns) * (Self.tile + Self.gap))
        }
        let marked = chart.kernels.count(where: \.isMarked)
        return SVG.picture(
            width: Self.width, height: Double(rows) * (Self.tile + Self.gap),
            words: "\(chart.title): \(count), of which \(marked) are crossed out", pictures)
    }

    /// Grey is 0; the largest weight of a kernel is white or black, in its channel's colour.
    private func picture(_ kernel: KernelChart.Kernel, _ left: Double, _ top: Double) -> String {
        let channels = kernel.channels, taps = kernel.values.count / channels
        let most = kernel.values.reduce(0) { max($0, abs($1)) }
        func shade(_ value: Float) -> Int {
            let part = most > 0 && value.isFinite ? value / most : 0
            return Int((127.5 + 127.5 * part).rounded())
        }
        let height = (taps + kernel.width - 1) / kernel.width
        let size = Self.tile / Double(max(kernel.width, height))
        let marks = (0..<taps).map { tap in
            let values = kernel.values[tap * channels..<(tap + 1) * channels]
            let colour =
                channels == 3
                ? values.map { "\(shade($0))" }
                : Array(repeating: "\(shade(values.reduce(0, +) / Float(channels)))", count: 3)
            return SVG.element(
                "rect",
                [
                    "x": SVG.text(left + size * Double(tap % kernel.width)),
                    "y": SVG.text(top + size * Double(tap / kernel.width)), "width": SVG.text(size + 0.1),
                    "height": SVG.text(size + 0.1), "fill": "rgb(\(colour.joined(separator: " ")))",
                ])
        }
        let right = left + size * Double(kernel.width), bottom = top + size * Double(height)
        let cross =
            kernel.isMarked
            ? SVG.element(
                "path",
                [
                    "class": "cross s5",
                    "d": "M\(SVG.text(left)) \(SVG.text(top))L\(SVG.text(right)) \(SVG.text(bottom))",
                ]) : ""
        return SVG.element("g", [:], SVG.title(kernel.name) + marks.joined() + cross)
    }
}
