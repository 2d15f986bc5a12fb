import ArgumentParser
import Benchmarks
import Graphs
import Reports
import Sparsity
import Surgery

/// To a multiple of what the widths of cut layers are kept.
enum Alignment: ExpressibleByArgument {
    case multiple(Int)
    /// Whichever is fastest on this machine.
    case auto

    init?(argument: String) {
        switch argument {
        case "auto": self = .auto
        case "4", "8", "16": self = .multiple(Int(argument) ?? 1)
        default: return nil
        }
    }

    static var allValueStrings: [String] { ["4", "8", "16", "auto"] }
}

extension Cut {
    /// The audit with widths aligned as asked, and what is to be said of it; `auto` rewrites the graph for every width,
    /// and times those that differ.
    func audited(_ evidence: Evidence, provenOnly: Bool) throws -> (audit: Audit, alignment: AlignmentLine?) {
        func audit(_ multiple: Int) throws -> Audit {
            var request = try selection.request(for: checkpoint.graph)
            request.multiple = multiple
            request.provenOnly = provenOnly
            return Audit(
                checkpoint.graph, selected: criteria.criteria, thresholds: criteria.thresholds,
                activations: evidence.activations, responses: evidence.responses,
                request: request)
        }
        switch selection.align {
        case nil: return (try audit(1), nil)
        case let .multiple(multiple): return (try audit(multiple), AlignmentLine(multiple: multiple))
        case .auto:
            var candidates: [(multiple: Int, audit: Audit, graph: Graph)] = []
            for multiple in [1, 4, 8, 16] {
                let audit = try audit(multiple)
                if candidates.contains(where: { $0.audit.layers.map(\.removable) == audit.layers.map(\.removable) }) {
                    continue
                }
                candidates.append((multiple, audit, try audit.plan.rewrite().graph))
            }
            guard candidates.count > 1 else {
                return (candidates[0].audit, AlignmentLine(candidates.map(\.multiple), nil))
            }
            let result = try BenchmarkResult.compared(
                candidates.map { ModelUnderTest(name: "\($0.multiple)", graph: $0.graph, fileBytes: 0) },
                batches: timing.batches, threads: timing.threads, options: timing.options)
            return (candidates[result.fastest].audit, AlignmentLine(candidates.map(\.multiple), result))
        }
    }
}

/// Under which conditions widths are timed.
struct Timing {
    var batches = [1, 32]
    var threads: [Int]
    var options = MeasurementOptions(warmup: 0.25, seconds: 1)
}
