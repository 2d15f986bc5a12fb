/// The adjoint of a convolution by the native kernels: a convolution for each `InputPhase`, written where its outputs
/// lie, and the `UnreadInputs`.
/// Units are those of all phases, one after the other.
struct TransposedConvolution: Kernel {
    let name: String
    let units: Int
    private let parts: [Part]

    private struct Part {
        let kernel: any Kernel
        let offset: Int
        /// Its units among those of all.
        let units: Range<Int>
    }

    /// `shape`: the convolution whose adjoint this is; its input is the output here.
    init(_ shape: ConvolutionShape, weights: AlignedFloats, epilogue: Epilogue, algorithms: ConvolutionAlgorithms) {
        var parts: [Part] = [], units = 0
        let set = InstructionSet.current
        func append(_ kernel: any Kernel, at offset: Int) {
            parts.append(Part(kernel: kernel, offset: offset, units: units..<units + kernel.units))
            units += kernel.units
        }
        for phase in shape.inputPhases {
            let rotated = AlignedFloats(count: phase.shape.weightCount)
            for part in 0..<phase.rotationParts { phase.rotate(weights.start, into: rotated.start, part: part, set) }
            append(
                Backend.native.convolution(phase.shape, weights: rotated, epilogue: epilogue, algorithms: algorithms),
                at: phase.offset)
        }
        if let unread = UnreadInputs(shape, epilogue: epilogue) { append(unread, at: 0) }
        (self.parts, self.units) = (parts, units)
        name =
            "transposed convolution, \(parts.count == 1 ? parts[0].kernel.name : "\(parts.count) phases, \(set.name)")"
    }

    var workspaceCount: Int { parts.map(\.kernel.workspaceCount).max() ?? 0 }
    var packedWeights: [ObjectIdentifier: Int] {
        parts.reduce(into: [:]) { $0.merge($1.kernel.packedWeights) { first, _ in first } }
    }

    func run(_ operands: Operands, units: Range<Int>) {
        for part in parts where part.units.overlaps(units) {
            let own = units.clamped(to: part.units)
            var operands = operands
            operands.output += part.offset
            part.kernel.run(
                operands, units: own.lowerBound - part.units.lowerBound..<own.upperBound - part.units.lowerBound)
        }
    }
}
