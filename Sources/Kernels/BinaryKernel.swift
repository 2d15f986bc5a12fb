/// Combines two tensors element by element, broadcast by strides. The first may be overwritten by the result.
package struct BinaryKernel: Kernel {
    package enum Operator: String, Sendable, CaseIterable { case add, subtract, multiply, maximum, minimum }
    private let operation: Operator
    private let loop: NestedLoop

    package init(_ operation: Operator, _ loop: NestedLoop) {
        self.operation = operation
        self.loop = loop
    }

    package var name: String { operation.rawValue }
    package var units: Int { loop.units }

    package func run(_ operands: Operands, units: Range<Int>) {
        switch operation {
        case .add: combine(operands, units) { $0 + $1 }
        case .subtract: combine(operands, units) { $0 - $1 }
        case .multiply: combine(operands, units) { $0 * $1 }
        // A NaN on either side stays.
        case .maximum: combine(operands, units) { $0 >= $1 || $0 != $0 ? $0 : $1 }
        case .minimum: combine(operands, units) { $0 <= $1 || $0 != $0 ? $0 : $1 }
        }
    }

    @inline(__always)
    private func combine(_ operands: Operands, _ units: Range<Int>, _ f: (Float, Float) -> Float) {
        guard let other = operands.other else { preconditionFailure("\(name) takes two tensors") }
        loop.forEachRun(in: units) { offsets, count in
            let a = operands.input + offsets.first, b = other + offsets.second, o = operands.output + offsets.output
            zipRun(loop.steps, a, b, o, count, f)
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
