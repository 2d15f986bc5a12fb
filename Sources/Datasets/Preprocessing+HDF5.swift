import HDF5
import HDF5Writing

extension Preprocessing {
    /// The preprocessing stated by the attributes `scale`, `mean`, `std` and `order` of `dataset`, each else by
    /// `root`'s, else none; nil where there is none of them. Throws `invalidPreprocessing` for what is no
    /// number, `invalidAttribute` for what is no order.
    init?(attributesOf dataset: Dataset, else root: Group, path: String) throws {
        func stated(_ name: String) throws -> AttributeValue? {
            try dataset.attributes.value(name) ?? root.attributes.value(name)
        }
        func numbers(_ name: String) throws -> [Double]? {
            guard let value = try stated(name) else { return nil }
            guard let numbers = value.numbers, !numbers.isEmpty else {
                throw DatasetError.invalidPreprocessing(
                    path: path, parameter: name, reason: "the attribute '\(name)' holds no numbers")
            }
            return numbers
        }
        let scales = try numbers("scale"), means = try numbers("mean"), stds = try numbers("std")
        var order: ChannelOrder?
        if case let .string(text)? = try stated("order") {
            order = ChannelOrder(rawValue: text.lowercased())
            // By itself it may mean another order than that of channels.
            if order == nil, scales != nil || means != nil || stds != nil {
                throw DatasetError.invalidAttribute(
                    path: path, attribute: "order", reason: "is '\(text)', expected 'rgb' or 'bgr'")
            }
        }
        guard scales != nil || means != nil || stds != nil || order != nil else { return nil }
        if let scales, scales.count != 1 {
            throw DatasetError.invalidPreprocessing(
                path: path, parameter: "scale", reason: "the attribute 'scale' has \(scales.count) values, expected 1")
        }
        self.init(order: order ?? .rgb, scale: scales?[0] ?? 1, mean: means ?? [0], std: stds ?? [1])
    }

    func state(in attributes: AttributesWriter) throws {
        try attributes.set("order", .string(order.rawValue))
        try attributes.set("scale", .double(scale))
        try attributes.set("mean", .doubles(mean))
        try attributes.set("std", .doubles(std))
    }
}

extension PixelRange {
    /// The range stated by the attribute `range` of `dataset`, else of `root`: two numbers; nil where there are none.
    init?(attributesOf dataset: Dataset, else root: Group) throws {
        guard let numbers = try (dataset.attributes.value("range") ?? root.attributes.value("range"))?.numbers,
            numbers.count == 2, numbers[0].isFinite, numbers[1].isFinite, numbers[0] < numbers[1]
        else { return nil }
        self.init(numbers[0], numbers[1])
    }

    func state(in attributes: AttributesWriter) throws { try attributes.set("range", .doubles([lowest, highest])) }
}

extension AttributeValue {
    /// Its numbers, one or several; nil for what is none.
    fileprivate var numbers: [Double]? {
        switch self {
        case let .double(number): [number]
        case let .doubles(numbers): numbers
        case let .integer(number): [Double(number)]
        case let .integers(numbers): numbers.map(Double.init)
        default: nil
        }
    }
}
