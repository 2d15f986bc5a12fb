/// What becomes of a pixel. Types, not closures: those are not always inlined.
protocol PixelFunction {
    var isIdentity: Bool { get }
    func callAsFunction(_ x: Vector) -> Vector
}

struct UntouchedPixel: PixelFunction {
    @inline(__always) var isIdentity: Bool { true }
    @inline(__always) func callAsFunction(_ x: Vector) -> Vector { x }
}

struct ClampedPixel: PixelFunction {
    let maximum: Vector
    @inline(__always) var isIdentity: Bool { false }
    @inline(__always) func callAsFunction(_ x: Vector) -> Vector { clamped(x, .zero, maximum) }
}

struct LeakyPixel: PixelFunction {
    let slope: Vector
    let maximum: Vector
    @inline(__always) var isIdentity: Bool { false }
    @inline(__always) func callAsFunction(_ x: Vector) -> Vector {
        x.replaced(by: maximum, where: x, isAbove: maximum).replaced(by: x * slope, where: .zero, isAbove: x)
    }
}
