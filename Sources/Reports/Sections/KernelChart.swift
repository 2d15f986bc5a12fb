/// Kernels as small pictures: of one or three input channels as grey or coloured ones, of others their mean.
package struct KernelChart: Equatable, Sendable {
    package let title: String
    package let kernels: [Kernel]

    package struct Kernel: Equatable, Sendable {
        /// What it is and what became of it.
        package let name: String
        /// Whether it is to be told from the others.
        package let isMarked: Bool
        /// Row by row, of each tap a value for each channel.
        package let width: Int
        package let channels: Int
        package let values: [Float]
    }
}
