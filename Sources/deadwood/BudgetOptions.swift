import ArgumentParser
import Compression

/// What at most may remain of the dense model.
struct BudgetOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "In place of --fraction: select as much as leaves at most this part of the multiply-accumulates, or this number. Several budgets hold together; without --select they take li.",
            valueName: "60%|300M"), transform: { try BudgetText($0).counted(.macs) })
    var macs: Budget?

    @Option(
        help: ArgumentHelp("The same of the parameters.", valueName: "40%|5M"),
        transform: { try BudgetText($0).counted(.parameters) })
    var parameters: Budget?

    @Option(
        help: ArgumentHelp("The same of the file's length.", valueName: "2MB|1MiB|50%"),
        transform: { try BudgetText($0).bytes() })
    var bytes: Budget?

    @Option(
        help: ArgumentHelp(
            "The same of the time of a run, or so long a time, measured on this machine in turns with the dense model, at the first --batch and --threads of 'compress', a batch of 1 with 'prune'.",
            valueName: "0.6|3ms"), transform: { try BudgetText($0).time() })
    var latency: Budget?

    @Option(
        help: ArgumentHelp(
            "Select as much as raises the top-1 error by at most this many points, on labelled images held out of the --corpus, which decide nothing else. Beside other budgets: refuse what rises more.",
            valueName: "+0.5"), transform: { try BudgetText($0).error() })
    var error: Budget?

    var all: [Budget] { [macs, parameters, bytes, latency, error].compactMap { $0 } }
}

/// A budget as it is written: a number and what stands behind it.
struct BudgetText {
    private let text: String
    private let number: Double?
    private let unit: String

    init(_ text: String) {
        self.text = text
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        number = Double(digits).flatMap { $0 > 0 && $0.isFinite ? $0 : nil }
        unit = String(text.dropFirst(digits.count))
    }

    /// `60%`, `0.6`, or a number above 1 like `300M`.
    func counted(_ measure: Budget.Measure) throws -> Budget {
        if let share { return budget(measure, .share(share)) }
        let factors: [String: Double] = ["": 1, "k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9]
        guard let number, let factor = factors[unit], number * factor > 1 else {
            throw mistake("a part of the dense model's like 60% or 0.6, or a number like 300M")
        }
        return budget(measure, .amount(number * factor))
    }

    /// `2MB`, `1MiB`, a number of bytes, or `50%`.
    func bytes() throws -> Budget {
        if unit == "%", let share { return budget(.bytes, .share(share)) }
        let factors: [String: Double] = [
            "": 1, "b": 1, "kb": 1e3, "mb": 1e6, "gb": 1e9, "kib": 1024, "mib": 1_048_576, "gib": 1_073_741_824,
        ]
        guard let number, let factor = factors[unit.lowercased()] else {
            throw mistake("a length like 2MB, 1MiB or 2000000, or a part of the dense file's like 50%")
        }
        return budget(.bytes, .amount(number * factor))
    }

    /// `0.6` or `60%`, or a time like `3ms`.
    func time() throws -> Budget {
        if let share { return budget(.latency, .share(share)) }
        let factors: [String: Double] = ["us": 1e-3, "µs": 1e-3, "ms": 1, "s": 1e3]
        guard let number, let factor = factors[unit] else {
            throw mistake("a part of the dense model's time like 0.6 or 60%, or a time like 3ms")
        }
        return budget(.latency, .amount(number * factor))
    }

    /// `+0.5` or `0.5`: percentage points, 0 among them.
    func error() throws -> Budget {
        let digits = text.hasPrefix("+") ? text.dropFirst() : text[...]
        guard digits.allSatisfy({ $0.isNumber || $0 == "." }), let rise = Double(digits), rise <= 100 else {
            throw mistake("percentage points like +0.5")
        }
        return budget(.error, .rise(rise))
    }

    /// A part of the dense model's, up to all of it.
    private var share: Double? {
        guard let number else { return nil }
        let share = unit == "%" ? number / 100 : unit.isEmpty ? number : 2
        return share <= 1 ? share : nil
    }

    private func budget(_ measure: Budget.Measure, _ limit: Budget.Limit) -> Budget {
        Budget(measure, limit, text: text)
    }

    private func mistake(_ expected: String) -> ValidationError {
        ValidationError("'\(text)' is not \(expected).")
    }
}
