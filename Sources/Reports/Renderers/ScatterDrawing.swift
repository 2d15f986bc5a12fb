import Foundation

/// Points of a plane as SVG. Where they are too many to be told apart, the plane is parted into cells, each the darker
/// the more points it holds.
struct ScatterDrawing {
    private let chart: ScatterChart
    private let across: Axis
    private let up: Axis

    private static let width = 720.0, height = 360.0
    private static let left = 64.0, right = 28.0, top = 10.0, bottom = 40.0
    /// More points than these are drawn as cells.
    static let mostPoints = 2000
    private static let columns = 72, rows = 36

    init(_ chart: ScatterChart) {
        self.chart = chart
        let points = chart.groups.flatMap(\.points)
        across = Axis(points.map(\.x), mayBeLogarithmic: false)
        up = Axis(points.map(\.y), mayBeLogarithmic: false)
    }

    var svg: String {
        let (right, floor) = (Self.width - Self.right, Self.height - Self.bottom)
        let frame =
            across.ticks.map { tick in
                SVG.rule(x(tick), Self.top, x(tick), floor)
                    + SVG.label(Axis.text(tick), x(tick), floor + 16, "middle")
            }
            + up.ticks.map { tick in
                SVG.rule(Self.left, y(tick), right, y(tick))
                    + SVG.label(Axis.text(tick), Self.left - 6, y(tick) + 4, "end")
            } + [
                SVG.label(chart.x, (Self.left + right) / 2, floor + 34, "middle"),
                SVG.label(chart.y, 12, (Self.top + floor) / 2, "middle"),
            ]
        let isCrowded = chart.groups.reduce(0) { $0 + $1.points.count } > Self.mostPoints
        let marks = chart.groups.enumerated().flatMap { number, group in
            isCrowded ? cells(group, "s\(number % ChartDrawing.styles)") : dots(group, number % ChartDrawing.styles)
        }
        let names = chart.groups.map { "\(Format.count($0.points.count)) \($0.name)" }.joined(separator: ", ")
        return SVG.picture(width: Self.width, height: Self.height, words: "\(chart.title): \(names)", frame + marks)
    }

    private func x(_ value: Double) -> Double {
        Self.left + (Self.width - Self.right - Self.left) * across.place(of: value)
    }

    private func y(_ value: Double) -> Double {
        Self.height - Self.bottom - (Self.height - Self.bottom - Self.top) * up.place(of: value)
    }

    /// Each group has a shape of its own.
    private func dots(_ group: ScatterChart.Group, _ style: Int) -> [String] {
        group.points.map { point in
            let title = SVG.title(
                "\(point.name), \(group.name): \(chart.x) \(Format.digits(point.x)), \(chart.y) \(Format.digits(point.y))"
            )
            let (x, y) = (x(point.x), y(point.y)), (across, up) = (SVG.text(x), SVG.text(y))
            return switch style {
            case 0: SVG.element("circle", ["class": "dot s0", "cx": across, "cy": up, "r": "3"], title)
            case 1:
                SVG.element(
                    "path", ["class": "dot s1", "d": "M\(across) \(SVG.text(y - 4))l4 7h-8z"], title)
            case 2:
                SVG.element(
                    "path", ["class": "dot s2", "d": "M\(across) \(SVG.text(y - 4))l4 4l-4 4l-4 -4z"], title)
            default:
                SVG.element(
                    "path",
                    [
                        "class": "cross s\(style)",
                        "d": "M\(SVG.text(x - 3)) \(SVG.text(y - 3))l6 6\(style == 3 ? "" : "m0 -6l-6 6")",
                    ], title)
            }
        }
    }

    private func cells(_ group: ScatterChart.Group, _ style: String) -> [String] {
        func cell(_ place: Double, of count: Int) -> Int { min(count - 1, max(0, Int(place * Double(count)))) }
        let counts = group.points.reduce(into: [Int: Int]()) { counts, point in
            counts[
                cell(up.place(of: point.y), of: Self.rows) * Self.columns
                    + cell(across.place(of: point.x), of: Self.columns), default: 0] += 1
        }
        let width = (Self.width - Self.right - Self.left) / Double(Self.columns)
        let height = (Self.height - Self.bottom - Self.top) / Double(Self.rows)
        let most = log(1 + Double(counts.values.max() ?? 1))
        return counts.sorted { $0.key < $1.key }.map { place, count in
            let share = log(1 + Double(count)) / most
            return SVG.box(
                "bar \(style)", Self.left + width * Double(place % Self.columns),
                Self.height - Self.bottom - height * Double(place / Self.columns + 1), width, height,
                opacity: 0.2 + 0.8 * share, title: "\(group.name): \(Format.count(count))")
        }
    }
}
