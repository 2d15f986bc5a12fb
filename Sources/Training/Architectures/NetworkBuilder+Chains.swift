import Graphs

/// Networks that are one chain of layers.
extension NetworkBuilder {
    /// C1 5×5, C2 to C7 3×3, BN and ReLU behind each, and poolings between.
    mutating func basicNet(_ image: TensorID) throws -> TensorID {
        let first = max(1, Int((64 * min(1, 2 * design.width)).rounded()))
        var x = image
        for (index, filters) in ([first] + [128, 128, 256, 256, 512, 512].map(design.scaled)).enumerated() {
            x = try filtered("\(index + 1)", x, filters: filters, kernel: index == 0 ? 5 : 3)
            if (design.poolings ?? [2, 4, 6]).contains(index + 1) {
                x = try pooling(.max, "pool\(index + 1)", x, size: 2, stride: 2)
            }
        }
        switch design.chosenHead {
        case .cifar: return try hidden([256], globalPooling(x))
        case .tinyImageNet: return try hidden([512, 256], globalPooling(x))
        case .imageNet:
            return try hidden(
                [4096, 2048],
                add("flatten", .flatten(.channelsLast), pooling(.average, "average_pool", x, size: 5, stride: 4)))
        case .linear: return try globalPooling(x)
        }
    }

    /// 3×3 convolutions with BN and ReLU, in five stages with max poolings between.
    mutating func vgg(_ image: TensorID) throws -> TensorID {
        let depths =
            switch design.network {
            case .vgg11: [1, 1, 2, 2, 2]
            case .vgg13: [2, 2, 2, 2, 2]
            case .vgg16: [2, 2, 3, 3, 3]
            default: [2, 2, 4, 4, 4]
            }
        var x = image
        for (stage, depth) in depths.enumerated() {
            if stage > 0 { x = try pooling(.max, "pool\(stage)", x, size: 2, stride: 2) }
            for layer in 1...depth {
                x = try filtered(
                    "\(stage + 1)_\(layer)", x, filters: design.scaled([64, 128, 256, 512, 512][stage]), kernel: 3)
            }
        }
        switch design.chosenHead {
        case .cifar: return try hidden([512], globalPooling(x))
        case .tinyImageNet: return try hidden([512, 256], globalPooling(x))
        case .imageNet:
            let flat = try add("flatten", .flatten(.channelsLast), pooling(.max, "pool5", x, size: 2, stride: 2))
            return try plain([4096, 4096], dropout: design.dropout ?? 0.5, flat)
        case .linear: return try globalPooling(x)
        }
    }

    mutating func multilayer(_ image: TensorID) throws -> TensorID {
        try plain(
            design.hiddenUnits.map(design.scaled), dropout: design.dropout ?? 0,
            add("flatten", .flatten(.channelsLast), image))
    }

    mutating func smallCNN(_ image: TensorID) throws -> TensorID {
        var x = image
        for (number, filters) in [(1, 32), (2, 64)] {
            x = try convolution("conv\(number)", x, filters: design.scaled(filters), kernel: 5, hasBias: true)
            x = try pooling(.max, "pool\(number)", activation("relu\(number)", x), size: 2, stride: 2)
        }
        return try plain(design.hiddenUnits, dropout: design.dropout ?? 0, add("flatten", .flatten(.channelsLast), x))
    }
}
