import HDF5
import TestSupport
@testable import Datasets

/// What Pillow decodes from the pictures of the fixtures.
func expectedPicture(_ name: String) throws -> ByteImage {
    let dataset = try File.open(fixture("pictures.expected.h5")).root.dataset(name), shape = dataset.shape
    return ByteImage(height: shape[0], width: shape[1], channels: shape[2], bytes: try dataset.read())
}

/// The largest difference of two pictures' bytes.
func difference(_ a: ByteImage, _ b: ByteImage) -> Int {
    a.shape == b.shape ? zip(a.bytes, b.bytes).map { abs(Int($0) - Int($1)) }.max() ?? 0 : 256
}

/// A record of CIFAR: its labels, then planes of 1,024 pixels of one value each.
func cifarRecord(_ labels: [UInt8], _ planes: [UInt8]) -> [UInt8] {
    labels + planes.flatMap { Array(repeating: $0, count: 1024) }
}

extension TrainingBatches {
    /// All that are left.
    func rest() throws -> [TrainingBatch] {
        var batches: [TrainingBatch] = []
        while let batch = try next() { batches.append(batch) }
        return batches
    }
}
