/// Copies elements from one arrangement to another: transposition, concatenation, cropping, repetition.
package struct CopyKernel: Kernel {
    package let name: String
    private let loop: NestedLoop
    private let inputOffset: Int
    private let outputOffset: Int

    /// Offsets in floats, added to the addresses of the whole tensors.
    package init(_ name: String, _ loop: NestedLoop, inputOffset: Int = 0, outputOffset: Int = 0) {
        (self.name, self.loop, self.inputOffset, self.outputOffset) = (name, loop, inputOffset, outputOffset)
    }

    package var units: Int { loop.units }
    package var readsBeyondInput: Bool { false }

    package func run(_ operands: Operands, units: Range<Int>) {
        let input = operands.input + inputOffset, output = operands.output + outputOffset
        let steps = loop.steps
        loop.forEachRun(in: units) { offsets, count in
            let from = input + offsets.first, to = output + offsets.output
            if steps.first == 1, steps.output == 1 {
                to.update(from: from, count: count)
            } else {
                var i = 0, a = 0, o = 0
                while i < count {
                    to[o] = from[a]
                    i &+= 1; a &+= steps.first; o &+= steps.output
                }
            }
        }
    }
}

/// Writes one value everywhere.
package struct FillKernel: Kernel {
    package let name = "fill"
    private let value: Float
    private let blocks: Blocks

    package init(_ value: Float, count: Int) {
        self.value = value
        blocks = Blocks(count, of: 1 << 16)
    }

    package var units: Int { blocks.number }

    package func run(_ operands: Operands, units: Range<Int>) {
        for unit in units {
            (operands.output + blocks[unit].lowerBound).update(repeating: value, count: blocks[unit].count)
        }
    }
}
