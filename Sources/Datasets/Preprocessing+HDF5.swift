import HDF5

extension Preprocessing {
    /// The preprocessing stated by the attributes `scale`, `mean` and `std` of `dataset`, each else by `root`'s, else
    /// none; nil where there is none of them. Throws `invalidPreprocessing` for what is no number.
    init?(attributesOf dataset: Dataset, else root: Group, path: String) throws {
        func numbers(_ name: String) throws -> [Double]? {
            for attributes in [dataset.attributes, root.attributes] {
                switch try attributes.value(name) {
                case nil: continue
                case let .double(number): return [number]
                case let .doubles(numbers) where !numbers.isEmpty: return numbers
                case let .integer(number): return [Double(number)]
                case let .integers(numbers) where !numbers.isEmpty: return numbers.map(Double.init)
                default:
                    throw DatasetError.invalidPreprocessing(path: path, parameter: name, reason: "the attribute '\(name)' holds no numbers")
                }
            }
            return nil
        }
        let scales = try numbers("scale"), means = try numbers("mean"), stds = try numbers("std")
        guard scales != nil || means != nil || stds != nil else { return nil }
        if let scales, scales.count != 1 {
            throw DatasetError.invalidPreprocessing(path: path, parameter: "scale", reason: "the attribute 'scale' has \(scales.count) values, expected 1")
        }
        self = PreprocessingOverrides(scale: scales?[0], mean: means, std: stds).applied(to: Preprocessing())
    }
}
