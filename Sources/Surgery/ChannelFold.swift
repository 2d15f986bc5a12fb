/// How a layer makes up for input channels that go.
struct ChannelFold {
    /// Channels whose part the bias takes over, each with the constant it is folded as.
    var constants: [Int: Double] = [:]
    /// Channels whose kernels are added, times a factor, to those of channels that stay.
    var carried: [(source: Int, target: Int, factor: Double)] = []
}
