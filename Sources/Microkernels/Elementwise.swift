import MicrokernelInterface

/// Two operands, element by element. All are readable in whole vectors.
extension Microkernels {
    package static func combine(_ operation: VectorOperator, _ runs: ElementwiseRuns) {
        switch operation {
        case .add: zip(runs, Sum())
        case .subtract: zip(runs, Difference())
        case .multiply: zip(runs, Product())
        case .maximum: zip(runs, Larger())
        case .minimum: zip(runs, Smaller())
        }
    }

    /// first · second + shift; `shift` lies `offset` floats behind `second`.
    package static func affine(_ runs: ElementwiseRuns, offset: Int) { zip(runs, Affine(offset: offset)) }

    @inline(__always)
    private static func zip<F: Combination>(_ runs: ElementwiseRuns, _ f: F) {
        var first = runs.first, second = runs.second, output = runs.output
        for _ in 0..<runs.runs {
            let factor = f.single(second)
            var i = 0
            while i &+ lanes <= runs.count {
                store(f(load(first + i), runs.repeatsSecond ? factor : f.whole(second + i)), to: output + i)
                i &+= lanes
            }
            if i < runs.count {
                storeTail(
                    f(load(first + i), runs.repeatsSecond ? factor : f.whole(second + i)), first: runs.count &- i,
                    to: output + i)
            }
            first += runs.firstStep
            second += runs.secondStep
            output += runs.outputStep
        }
    }
}

/// A function of a number and what belongs to it. Types, not closures: those are not always inlined.
private protocol Combination {
    associatedtype Operand
    /// What the second operand holds for neighbouring numbers, and for one of them repeated.
    func whole(_ second: UnsafePointer<Float>) -> Operand
    func single(_ second: UnsafePointer<Float>) -> Operand
    func callAsFunction(_ x: Vector, _ y: Operand) -> Vector
}

extension Combination where Operand == Vector {
    @inline(__always) func whole(_ second: UnsafePointer<Float>) -> Vector { load(second) }
    @inline(__always) func single(_ second: UnsafePointer<Float>) -> Vector { Vector(repeating: second[0]) }
}

private struct Sum: Combination {
    @inline(__always) func callAsFunction(_ x: Vector, _ y: Vector) -> Vector { x + y }
}

private struct Difference: Combination {
    @inline(__always) func callAsFunction(_ x: Vector, _ y: Vector) -> Vector { x - y }
}

private struct Product: Combination {
    @inline(__always) func callAsFunction(_ x: Vector, _ y: Vector) -> Vector { x * y }
}

private struct Larger: Combination {
    @inline(__always) func callAsFunction(_ x: Vector, _ y: Vector) -> Vector {
        x.replaced(by: y.replaced(by: x, where: x, isAtLeast: y), where: x, equals: x)
    }
}

private struct Smaller: Combination {
    @inline(__always) func callAsFunction(_ x: Vector, _ y: Vector) -> Vector {
        x.replaced(by: y.replaced(by: x, where: y, isAtLeast: x), where: x, equals: x)
    }
}

private struct Affine: Combination {
    let offset: Int

    @inline(__always) func whole(_ second: UnsafePointer<Float>) -> (scale: Vector, shift: Vector) {
        (load(second), load(second + offset))
    }
    @inline(__always) func single(_ second: UnsafePointer<Float>) -> (scale: Vector, shift: Vector) {
        (Vector(repeating: second[0]), Vector(repeating: second[offset]))
    }
    @inline(__always) func callAsFunction(_ x: Vector, _ y: (scale: Vector, shift: Vector)) -> Vector {
        x * y.scale + y.shift
    }
}
