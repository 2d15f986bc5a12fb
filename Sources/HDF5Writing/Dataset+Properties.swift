import CHDF5
import HDF5

extension Dataset {
    /// How a dataset of this shape is made to be stored as this one is.
    ///
    /// Filters that only others than the library have are left out. Of the ways to find chunks the library takes its
    /// own.
    func makeProperties(shape: [Int], at place: Place) throws -> Handle {
        let properties = try place.own(H5Pcreate(CHDF5_H5P_DATASET_CREATE()), "prepare")
        if attributeOrder != 0 {
            try place.check(H5Pset_attr_creation_order(properties.id, attributeOrder), "prepare")
        }
        if let value = fillValue.bytes, stored.isPlain {
            let type = try stored.make(at: place)
            try place.check(H5Pset_fill_value(properties.id, type.id, value), "prepare")
        }
        if let number = fillValue.writing,
            let time = [H5D_FILL_TIME_ALLOC, H5D_FILL_TIME_NEVER, H5D_FILL_TIME_IFSET]
                .first(where: { Int($0.rawValue) == number })
        {
            try place.check(H5Pset_fill_time(properties.id, time), "prepare")
        }
        if let chunks, chunks.count == shape.count, !shape.contains(0), !shape.isEmpty {
            try GroupWriter.setChunks(chunks, shape: shape, in: properties, at: place)
            for filter in filters.filters {
                switch filter.id {
                case FilterPipeline.deflate:
                    try place.check(H5Pset_deflate(properties.id, min(9, filter.parameters.first ?? 6)), "prepare")
                case FilterPipeline.shuffle: try place.check(H5Pset_shuffle(properties.id), "prepare")
                case FilterPipeline.fletcher32: try place.check(H5Pset_fletcher32(properties.id), "prepare")
                default: break
                }
            }
        } else if isCompact, shape.reduce(Double(stored.memorySize), { $0 * Double($1) }) < 64_000 {
            try place.check(H5Pset_layout(properties.id, H5D_COMPACT), "prepare")
        }
        if let number = fillValue.allocation,
            let time = [H5D_ALLOC_TIME_EARLY, H5D_ALLOC_TIME_LATE, H5D_ALLOC_TIME_INCR]
                .first(where: { Int($0.rawValue) == number }), !isCompact
        {
            try place.check(H5Pset_alloc_time(properties.id, time), "prepare")
        }
        return properties
    }
}
