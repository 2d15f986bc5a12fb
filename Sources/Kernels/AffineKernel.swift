/// x · scale + shift, with scale and shift broadcast over the tensor by strides. May run in place.
package struct AffineKernel: Kernel {
    package let name: String
    private let loop: NestedLoop
    private let scale: AlignedFloats
    private let shift: AlignedFloats

    /// The loop's second operand walks `scale` and `shift`, which have equal length.
    package init(_ name: String, _ loop: NestedLoop, scale: AlignedFloats, shift: AlignedFloats) {
        precondition(scale.count == shift.count, "scale and shift differ in length")
        self.name = name
        self.loop = loop
        self.scale = scale
        self.shift = shift
    }

    package var units: Int { loop.units }

    package func run(_ operands: Operands, units: Range<Int>) {
        let steps = loop.steps
        loop.forEachRun(in: units) { offsets, count in
            let x = operands.input + offsets.first, y = operands.output + offsets.output
            let scale = scale.start + offsets.second, shift = shift.start + offsets.second
            var i = 0
            switch (steps.output, steps.first, steps.second) {
            case (1, 1, 1):
                while i < count { y[i] = x[i] * scale[i] + shift[i]; i &+= 1 }
            case (1, 1, 0):
                let scale = scale[0], shift = shift[0]
                while i < count { y[i] = x[i] * scale + shift; i &+= 1 }
            default:
                var a = 0, b = 0, o = 0
                while i < count {
                    y[o] = x[a] * scale[b] + shift[b]
                    i &+= 1; a &+= steps.first; b &+= steps.second; o &+= steps.output
                }
            }
        }
    }
}

/// max(x, 0) + slope · min(x, 0), with the slopes broadcast over the tensor by strides: PReLU. May run in place.
package struct SlopeKernel: Kernel {
    package let name = "PReLU"
    private let loop: NestedLoop
    private let slopes: AlignedFloats

    /// The loop's second operand walks `slopes`.
    package init(_ loop: NestedLoop, slopes: AlignedFloats) {
        self.loop = loop
        self.slopes = slopes
    }

    package var units: Int { loop.units }

    package func run(_ operands: Operands, units: Range<Int>) {
        loop.forEachRun(in: units) { offsets, count in
            zipRun(loop.steps, operands.input + offsets.first, slopes.start + offsets.second, operands.output + offsets.output, count) { x, slope in
                x < 0 ? slope * x : x
            }
        }
    }
}
