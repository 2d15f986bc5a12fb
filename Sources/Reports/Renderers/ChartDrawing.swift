import Foundation

/// A chart as SVG: lines over points in order; a row of bars for each category, one series in front of the other; or
/// shaded cells.
///
/// Colours and dashes come from the page's style, by the number of a series. Every mark tells its numbers in its title,
/// which browsers show where the pointer rests.
struct ChartDrawing {
    /// How many series can be told apart.
    static let styles = 6

    private let chart: Chart
    private let axis: Axis

    private static let width = 720.0, height = 280.0
    private static let left = 64.0, right = 28.0, top = 10.0, bottom = 34.0
    /// Of a row of bars, and the room for its name.
    private static let row = 18.0, names = 190.0

    init(_ chart: Chart) {
        self.chart = chart
        axis = Axis(chart.series.flatMap { $0.values.compactMap(\.self) }, mayBeLogarithmic: chart.kind == .lines)
    }

    var svg: String {
        switch chart.kind {
        case .lines: lines
        case .bars: bars
        case .cells: cells
        }
    }

    private func frame(height: Double, _ marks: [String]) -> String {
        let names = chart.series.map(\.name).joined(separator: ", ")
        return SVG.picture(width: Self.width, height: height, words: "\(chart.title): \(names)", marks)
    }

    private var lines: String {
        let (right, floor) = (Self.width - Self.right, Self.height - Self.bottom)
        let count = chart.categories.count
        func x(_ index: Int) -> Double {
            Self.left + (right - Self.left) * (count == 1 ? 0.5 : Double(index) / Double(count - 1))
        }
        func y(_ value: Double) -> Double { floor - (floor - Self.top) * axis.place(of: value) }
        var marks = axis.ticks.map { tick in
            SVG.rule(Self.left, y(tick), right, y(tick))
                + SVG.label(Axis.text(tick), Self.left - 6, y(tick) + 4, "end")
        }
        let step = max(1, (count + 9) / 10)
        for index in stride(from: 0, to: count, by: step) {
            marks.append(SVG.label(chart.categories[index].shortened(to: 14), x(index), floor + 18, "middle"))
        }
        for (number, series) in chart.series.enumerated() {
            let style = number % Self.styles
            // A value that was not measured leaves a gap.
            for part in series.values.indices.split(whereSeparator: { series.values[$0].map(axis.shows) != true }) {
                let points = part.map { "\(SVG.text(x($0))),\(SVG.text(y(series.values[$0] ?? 0)))" }
                marks.append(
                    SVG.element("polyline", ["class": "line s\(style)", "points": points.joined(separator: " ")]))
                if count > 200 { continue }
                for index in part {
                    let value = series.values[index] ?? 0
                    marks.append(
                        SVG.element(
                            "circle",
                            [
                                "class": "dot s\(style)", "cx": SVG.text(x(index)), "cy": SVG.text(y(value)),
                                "r": "3",
                            ], SVG.title(words(index, series, value))))
                }
            }
        }
        return frame(height: Self.height, marks)
    }

    private var bars: String {
        let right = Self.width - Self.right, count = Double(chart.categories.count)
        let floor = Self.top + Self.row * count
        func x(_ value: Double) -> Double { Self.names + (right - Self.names) * axis.place(of: value) }
        var marks = axis.ticks.map { tick in
            SVG.rule(x(tick), Self.top, x(tick), floor)
                + SVG.label(Axis.text(tick), x(tick), floor + 18, "middle")
        }
        for (index, category) in chart.categories.enumerated() {
            let place = Self.top + Self.row * Double(index)
            marks.append(SVG.label(category.shortened(to: 26), Self.names - 6, place + 13, "end"))
            for (number, series) in chart.series.enumerated() {
                guard let value = series.values[index], value > 0, axis.shows(value) else { continue }
                // Those behind stand out above and below those in front.
                let inset = 2 + min(6, 2 * Double(number))
                marks.append(
                    SVG.box(
                        "bar s\(number % Self.styles)", Self.names, place + inset, x(value) - Self.names,
                        Self.row - 2 * inset, title: words(index, series, value)))
            }
        }
        return frame(height: floor + Self.bottom, marks)
    }

    /// How many of a row are in each column, as shades of one colour; a number in each that has some.
    private var cells: String {
        let right = Self.width - Self.right, count = Double(chart.categories.count)
        let column = (right - Self.names) / Double(max(1, chart.series.count))
        var marks: [String] = []
        for (index, category) in chart.categories.enumerated() {
            let place = Self.top + Self.row * Double(index)
            marks.append(SVG.label(category.shortened(to: 26), Self.names - 6, place + 13, "end"))
            let total = chart.series.reduce(0) { $0 + max(0, $1.values[index] ?? 0) }
            for (number, series) in chart.series.enumerated() {
                guard let value = series.values[index], value > 0, value.isFinite else { continue }
                let share = value / total, x = Self.names + column * Double(number)
                marks.append(
                    SVG.box(
                        "bar s0", x, place + 1, column - 1, Self.row - 2, opacity: 0.12 + 0.88 * share,
                        title: words(index, series, value)))
                marks.append(
                    SVG.element(
                        "text",
                        [
                            "class": share > 0.5 ? "on" : "off", "x": SVG.text(x + column / 2),
                            "y": SVG.text(place + 13), "text-anchor": "middle",
                        ], Axis.text(value)))
            }
        }
        let floor = Self.top + Self.row * count
        for (number, series) in chart.series.enumerated() {
            marks.append(SVG.label(series.name, Self.names + column * (Double(number) + 0.5), floor + 16, "middle"))
        }
        return frame(height: floor + Self.bottom, marks)
    }

    private func words(_ index: Int, _ series: Chart.Series, _ value: Double) -> String {
        "\(chart.categories[index]), \(series.name): \(chart.text(value))"
    }
}

/// A scale from 0 to 1 with round numbers on it.
struct Axis {
    let ticks: [Double]
    private let lower: Double
    private let upper: Double
    private let isLogarithmic: Bool

    /// For values of any size; logarithmic where they span three decades and more.
    init(_ values: [Double], mayBeLogarithmic: Bool) {
        let values = values.filter(\.isFinite), most = values.max() ?? 1, least = values.min() ?? 0
        isLogarithmic = mayBeLogarithmic && least > 0 && most / least >= 1000
        if isLogarithmic {
            let first = Int(log10(least).rounded(.down)), last = Int(log10(most).rounded(.up))
            let step = max(1, (last - first + 5) / 6)
            ticks = stride(from: first, through: last, by: step).map { pow(10, Double($0)) }
            (lower, upper) = (Double(first), Double(last))
            return
        }
        let low = min(0, least), high = most > low ? max(0, most) : low + 1
        let size = pow(10, log10((high - low) / 5).rounded(.down))
        let step = [1, 2, 5, 10].map { $0 * size }.first { (high - low) / $0 <= 6 } ?? size
        let (first, last) = ((low / step).rounded(.down), (high / step).rounded(.up))
        ticks = stride(from: first, through: last, by: 1).map { $0 * step }
        (lower, upper) = (first * step, last * step)
    }

    /// A round number without zeros at its end.
    static func text(_ tick: Double) -> String {
        let whole = Int(exactly: tick)
        return whole.map { $0.magnitude < 1_000_000 ? Format.count($0) : "\(Float(tick))" } ?? "\(Float(tick))"
    }

    func shows(_ value: Double) -> Bool { value.isFinite && (!isLogarithmic || value > 0) }

    /// Where a value that it shows lies, from 0 to 1.
    func place(of value: Double) -> Double {
        ((isLogarithmic ? log10(value) : value) - lower) / (upper - lower)
    }
}

extension Chart {
    /// Counts are whole numbers.
    func text(_ value: Double) -> String { kind == .cells ? Axis.text(value) : Format.digits(value) }

    func cell(_ value: Double?) -> Cell { .number(value, text) }

    /// Whether there is nothing to draw.
    var isEmpty: Bool { categories.isEmpty || !series.contains { $0.values.contains { $0?.isFinite == true } } }
}
