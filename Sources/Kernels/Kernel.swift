/// One step of a plan with everything known but the addresses: what is computed, for which sizes, with which weights.
///
/// The work is a number of units that do not depend on each other. How it is cut into units follows from the sizes
/// alone, never from the number of threads, so that a result has the same bits however many threads ran it.
package protocol Kernel: Sendable {
    /// What it is and how it works, for people: `convolution by GEMM`.
    var name: String { get }
    /// The number of units; 0 when there is nothing to compute.
    var units: Int { get }
    /// How many consecutive units, from each multiple of it on, share work that is done once if the same worker computes
    /// them all.
    var unitAffinity: Int { get }
    /// The floats of scratch memory that each thread running it needs.
    var workspaceCount: Int { get }
    /// The bytes of its packed weights, by the object that holds them: kernels may share it.
    var packedWeights: [ObjectIdentifier: Int] { get }
    /// Whether the output may lie where the second input does.
    var overwritesOther: Bool { get }
    /// Whether it may read up to a vector beyond the end of its first input, which then must be readable.
    var readsBeyondInput: Bool { get }
    /// Computes some of the units. Allocates nothing; called from several threads at once with disjoint ranges.
    func run(_ operands: Operands, units: Range<Int>)
}

extension Kernel {
    package var unitAffinity: Int { 1 }
    package var workspaceCount: Int { 0 }
    package var packedWeights: [ObjectIdentifier: Int] { [:] }
    package var overwritesOther: Bool { false }
    package var readsBeyondInput: Bool { true }
}

/// The addresses of one call of a kernel: whole tensors, all images of the batch one after the other.
package struct Operands {
    package var input: UnsafePointer<Float>
    /// The second input of kernels that combine two tensors.
    package var other: UnsafePointer<Float>?
    package var output: UnsafeMutablePointer<Float>
    /// The second output of kernels that tell what the channels of the first do.
    package var summaries: UnsafeMutablePointer<Float>?
    /// Scratch memory of the calling thread alone.
    package var workspace: UnsafeMutablePointer<Float>

    /// The floats from an output to the number of `other` at the same place.
    var residual: Int? { other.map { $0 - UnsafePointer(output) } }

    package init(
        input: UnsafePointer<Float>, other: UnsafePointer<Float>? = nil,
        output: UnsafeMutablePointer<Float>, summaries: UnsafeMutablePointer<Float>? = nil,
        workspace: UnsafeMutablePointer<Float>
    ) {
        (self.input, self.other, self.output) = (input, other, output)
        (self.summaries, self.workspace) = (summaries, workspace)
    }
}

/// `count` things cut into blocks of `size`, the last one shorter.
package struct Blocks: Sendable {
    let count: Int
    let size: Int

    package init(_ count: Int, of size: Int) {
        self.count = count
        self.size = max(1, size)
    }

    package var number: Int { (count + size - 1) / size }
    package subscript(index: Int) -> Range<Int> { index * size..<min(count, (index + 1) * size) }
}
