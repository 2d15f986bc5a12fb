import Graphs

/// Residual networks. Where a block changes the shape, its shortcut is a 1×1 convolution with BN (option B).
extension NetworkBuilder {
    /// He et al.'s for CIFAR: 6n + 2 layers, three stages of 16, 32 and 64 channels with n blocks each.
    mutating func smallResNet(_ image: TensorID, blocks: Int) throws -> TensorID {
        var x = try filtered("1", image, filters: design.scaled(16), kernel: 3)
        for stage in 1...3 {
            let channels = design.scaled(8 << stage)
            for block in 1...blocks {
                let stride = stage > 1 && block == 1 ? 2 : 1
                x = try residual("stage\(stage)_block\(block)", x, [(channels, 3, stride), (channels, 3, 1)])
            }
        }
        return try globalPooling(x)
    }

    /// Bottlenecks of 64 to 512 channels, four times as many at their ends; the stride in the 3×3 convolution.
    mutating func resNet50(_ image: TensorID) throws -> TensorID {
        var x = try filtered("1", image, filters: design.scaled(64), kernel: 7, stride: 2)
        x = try pooling(.max, "pool1", x, size: 3, stride: 2, padding: .same)
        for (index, blocks) in [3, 4, 6, 3].enumerated() {
            let channels = design.scaled(64 << index), ends = design.scaled(256 << index)
            for block in 1...blocks {
                let stride = index > 0 && block == 1 ? 2 : 1
                x = try residual(
                    "stage\(index + 1)_block\(block)", x, [(channels, 1, 1), (channels, 3, stride), (ends, 1, 1)])
            }
        }
        return try globalPooling(x)
    }

    /// Convolutions with BN, ReLU between; the sum with what came in; ReLU.
    private mutating func residual(_ name: String, _ x: TensorID, _ layers: [(filters: Int, kernel: Int, stride: Int)])
        throws -> TensorID
    {
        var branch = x
        for (index, layer) in layers.enumerated() {
            if index > 0 { branch = try activation("\(name)_relu\(index)", branch) }
            branch = try convolution(
                "\(name)_conv\(index + 1)", branch, filters: layer.filters, kernel: layer.kernel, stride: layer.stride)
            branch = try normalization("\(name)_bn\(index + 1)", branch)
        }
        var shortcut = x
        let stride = layers.reduce(1) { $0 * $1.stride }
        if graph.shapes[x] != graph.shapes[branch], let filters = layers.last?.filters {
            shortcut = try convolution("\(name)_shortcut", x, filters: filters, kernel: 1, stride: stride)
            shortcut = try normalization("\(name)_shortcut_bn", shortcut)
        }
        return try activation("\(name)_relu\(layers.count)", add("\(name)_add", .merge(Merge(.add)), shortcut, branch))
    }
}
