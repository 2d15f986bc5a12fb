import MicrokernelInterface

/// Combines two tensors element by element, broadcast by strides. The first may be overwritten by the result.
package struct BinaryKernel: Kernel {
    package typealias Operator = VectorOperator
    private let operation: Operator
    private let loop: NestedLoop
    private let set: InstructionSet

    package init(_ operation: Operator, _ loop: NestedLoop, set: InstructionSet = .current) {
        (self.operation, self.loop, self.set) = (operation, loop, set)
    }

    /// Adds one number for each of the channels to each row of them.
    package init(addingTo rows: Int, channels: Int) {
        self.init(
            .add,
            NestedLoop(
                lengths: [rows, channels],
                strides: [.init(output: channels, first: channels), .init(output: 1, first: 1, second: 1)]))
    }

    package var name: String { operation.rawValue }
    package var units: Int { loop.units }

    package func run(_ operands: Operands, units: Range<Int>) {
        guard let other = operands.other else { preconditionFailure("\(name) takes two tensors") }
        loop.forEachStack(in: units) { offsets, count, runs, step in
            if let call = ElementwiseRuns(loop, operands.input, other, operands.output, at: offsets, count, runs, step)
            {
                set.microkernels.combine(operation, call)
            } else {
                var place = offsets
                for _ in 0..<runs {
                    combine(operands.input + place.first, other + place.second, operands.output + place.output, count)
                    place += step
                }
            }
        }
    }

    private func combine(
        _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ o: UnsafeMutablePointer<Float>, _ count: Int
    ) {
        switch operation {
        case .add: zipRun(loop.steps, a, b, o, count) { $0 + $1 }
        case .subtract: zipRun(loop.steps, a, b, o, count) { $0 - $1 }
        case .multiply: zipRun(loop.steps, a, b, o, count) { $0 * $1 }
        case .maximum: zipRun(loop.steps, a, b, o, count) { $0 >= $1 || $0 != $0 ? $0 : $1 }
        case .minimum: zipRun(loop.steps, a, b, o, count) { $0 <= $1 || $0 != $0 ? $0 : $1 }
        }
    }
}

/// o[i] = f(a[i], b[i]) with strides; the common ones as loops of their own, which the compiler vectorizes.
@inline(__always)
func zipRun(
    _ steps: NestedLoop.Strides, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ o: UnsafeMutablePointer<Float>,
    _ count: Int, _ f: (Float, Float) -> Float
) {
    var i = 0
    switch (steps.output, steps.first, steps.second) {
    case (1, 1, 1) where a == UnsafePointer(o):
        while i < count { o[i] = f(o[i], b[i]); i &+= 1 }
    case (1, 1, 1):
        while i < count { o[i] = f(a[i], b[i]); i &+= 1 }
    case (1, 1, 0):
        let b = b[0]
        while i < count { o[i] = f(a[i], b); i &+= 1 }
    default:
        var p = 0, q = 0, r = 0
        while i < count {
            o[r] = f(a[p], b[q])
            i &+= 1; p &+= steps.first; q &+= steps.second; r &+= steps.output
        }
    }
}
