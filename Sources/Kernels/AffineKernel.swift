import MicrokernelInterface

/// x · scale + shift, with scale and shift broadcast over the tensor by strides. May run in place.
package struct AffineKernel: Kernel {
    package let name: String
    private let loop: NestedLoop
    private let scale: AlignedFloats
    private let shift: AlignedFloats
    private let set: InstructionSet

    /// The loop's second operand walks `scale` and `shift`, which have equal length.
    package init(
        _ name: String, _ loop: NestedLoop, scale: AlignedFloats, shift: AlignedFloats, set: InstructionSet = .current
    ) {
        precondition(scale.count == shift.count, "scale and shift differ in length")
        (self.name, self.loop, self.scale, self.shift, self.set) = (name, loop, scale, shift, set)
    }

    package var units: Int { loop.units }

    package func run(_ operands: Operands, units: Range<Int>) {
        let steps = loop.steps, shiftOffset = shift.start - scale.start
        loop.forEachStack(in: units) { offsets, count, runs, step in
            if let call = ElementwiseRuns(
                loop, operands.input, scale.start, operands.output, at: offsets, count, runs, step)
            {
                return set.microkernels.affine(call, offset: shiftOffset)
            }
            var place = offsets
            for _ in 0..<runs {
                var (a, b, o) = (place.first, place.second, place.output)
                for _ in 0..<count {
                    operands.output[o] = operands.input[a] * scale.start[b] + shift.start[b]
                    a &+= steps.first; b &+= steps.second; o &+= steps.output
                }
                place += step
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
        (self.loop, self.slopes) = (loop, slopes)
    }

    package var units: Int { loop.units }

    package func run(_ operands: Operands, units: Range<Int>) {
        loop.forEachRun(in: units) { offsets, count in
            zipRun(
                loop.steps, operands.input + offsets.first, slopes.start + offsets.second,
                operands.output + offsets.output, count
            ) { x, slope in
                x < 0 ? slope * x : x
            }
        }
    }
}
