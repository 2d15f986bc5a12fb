import Benchmarks
import Compression

/// To which multiples layers were widened again, and what made it so.
package struct AlignmentLine: Codable, Sendable {
    /// 1 where widths were left as they came, 0 where layers have multiples of their own or all keep dense widths.
    package let multiple: Int
    /// What was timed against widths as they come; empty where the multiple was given, or all widths came out alike.
    package let measured: [Candidate]
    /// The multiples of layers where each has its own; absent elsewhere.
    package private(set) var layers: [Layer]?
    /// How much faster that is than widths as they come, and how much the dense model is; absent where it was not timed.
    package private(set) var byLayer: Speed?
    package private(set) var dense: Speed?
    private(set) var basis: Basis

    package struct Candidate: Codable, Sendable {
        package let multiple: Int
        package let speedup: Double
        package let ci95: [Double]
    }

    package struct Speed: Codable, Sendable {
        package let speedup: Double
        package let ci95: [Double]
    }

    package struct Layer: Codable, Sendable {
        package let layer: String
        /// Null for a layer that keeps its dense width.
        @Nullable package private(set) var multiple: Int?
    }

    /// Why it is this.
    enum Basis: String, Codable, Sendable { case given, budget, measured }
}

extension AlignmentLine {
    /// A multiple that was asked for.
    package init(multiple: Int) { self.init(multiple: multiple, measured: [], basis: .given) }

    package init(_ widths: AlignedWidths) {
        switch widths {
        case let .given(multiple): self.init(multiple: multiple)
        case let .fewestCut(multiple): self.init(multiple: multiple, measured: [], basis: .budget)
        case let .fastest(.multiple(multiple), result): self.init(multiple, nil, result)
        case let .fastest(.byLayer(layers), result):
            self.init(0, layers.map { Layer(layer: $0.layer, multiple: $0.multiple) }, result)
        case let .fastest(.dense, result): self.init(0, nil, result)
        }
    }

    private init(_ multiple: Int, _ layers: [Layer]?, _ result: BenchmarkResult?) {
        func speed(_ name: String) -> Speed? {
            result?.overall(name).map { Speed(speedup: $0.speedup, ci95: $0.ci95) }
        }
        self.init(
            multiple: multiple,
            measured: (result?.models ?? []).compactMap { model in
                guard let multiple = Int(model.model), let speed = speed(model.model) else { return nil }
                return Candidate(multiple: multiple, speedup: speed.speedup, ci95: speed.ci95)
            }, layers: layers, byLayer: speed("layers"), dense: speed("dense"), basis: .measured)
    }

    var text: String {
        let widths =
            if let layers {
                "widths aligned layer by layer (\(Self.counts(layers)))"
            } else {
                switch multiple {
                case 0: "nothing cut: no cut is as fast as the dense model"
                case 1: "widths as they come"
                default: "widths aligned to multiples of \(multiple), where layers are wide enough"
                }
            }
        switch basis {
        case .given: return widths
        case .budget: return "\(widths): of 1, 4, 8 and 16 what keeps the most filters within the time"
        case .measured:
            let named =
                measured.map { ("\($0.multiple)", Speed(speedup: $0.speedup, ci95: $0.ci95)) }
                + [("layer by layer", byLayer), ("dense", dense)].compactMap { name, speed in speed.map { (name, $0) } }
            if named.isEmpty { return "\(widths): 4, 8 and 16 give the same" }
            let figures = named.map { name, speed in
                "\(name): \(Format.ratio(speed.speedup)) (\(speed.ci95.map(Format.ratio).joined(separator: "…")))"
            }
            let verdict = multiple == 1 ? "no multiple is surely faster here" : "the fastest here"
            return "\(widths): \(verdict); speed against widths as they come: \(figures.joined(separator: ", "))"
        }
    }

    /// How many layers have which multiple: `8: 3 layers, as they come: 5`.
    private static func counts(_ layers: [Layer]) -> String {
        Dictionary(grouping: layers) { $0.multiple ?? 0 }.sorted { $0.key < $1.key }.map { multiple, layers in
            "\(multiple == 0 ? "dense width" : multiple == 1 ? "as they come" : "\(multiple)"): \(layers.count)"
        }.joined(separator: ", ")
    }
}
