import CHDF5
import Testing
@testable import HDF5
@testable import HDF5Writing

@Suite struct Shapes {
    @Test("A scalar has no axes and one element")
    func scalar() throws {
        let root = try reopened { try $0.createDataset("x", shape: [], type: .int64).write([7]) }
        let dataset = try root.dataset("x")
        #expect(dataset.shape == [])
        #expect(dataset.count == 1)
        #expect(try dataset.read(Int.self) == [7])
    }

    @Test("A dataset without elements keeps its shape, also when compression was asked for")
    func empty() throws {
        let root = try reopened { root in
            try root.createDataset("x", shape: [0, 3], type: .float32).write([] as [Float])
            try root.createDataset("y", shape: [3, 0], type: .float32, gzip: 6, shuffle: true).write([] as [Float])
        }
        #expect(try root.dataset("x").shape == [0, 3])
        #expect(try root.dataset("x").read(Float.self) == [])
        #expect(try root.dataset("y").shape == [3, 0])
        #expect(try root.dataset("y").read(Float.self) == [])
        var none: [Float] = []
        var span = none.mutableSpan
        try root.dataset("x").read(rows: 0..<0, into: &span)
        try root.dataset("y").read(rows: 1..<3, into: &span)
    }

    @Test("HDF5's null space reads as no elements")
    func null() throws {
        let root = try reopened { root in
            let space = H5Screate(H5S_NULL)
            H5Idec_ref(H5Dcreate2(root.object.id, "x", CHDF5_H5T_IEEE_F32LE(), space, 0, 0, 0))
            H5Idec_ref(space)
        }
        #expect(try root.dataset("x").shape == [0])
        #expect(try root.dataset("x").read(Float.self) == [])
    }

    static let layouts: [(chunks: [Int]?, gzip: Int?, shuffle: Bool)] = [
        (nil, nil, false), ([3, 2], nil, false), ([3, 2], 9, false), ([3, 2], 4, true), (nil, 1, true),
        ([100, 100], 6, false),
    ]

    @Test("Every layout gives back what was written, whole and by rows", arguments: Self.layouts)
    func layoutRoundTrips(chunks: [Int]?, gzip: Int?, shuffle: Bool) throws {
        let values = (0..<70).map { Int32($0 * $0) }
        let root = try reopened { root in
            let dataset = try root.createDataset(
                "x", shape: [10, 7], type: .int32, chunks: chunks, gzip: gzip, shuffle: shuffle)
            try dataset.write(rows: 4..<10, Array(values[28...]).span)
            try dataset.write(rows: 0..<4, Array(values[..<28]).span)
        }
        let dataset = try root.dataset("x")
        #expect((dataset.chunks == nil) == (chunks == nil && gzip == nil))
        #expect(try dataset.read(Int32.self) == values)
        var rows = [Double](repeating: -1, count: 21)
        var span = rows.mutableSpan
        try dataset.read(rows: 2..<5, into: &span)
        #expect(rows == values[14..<35].map(Double.init))
        var whole = [Int64](repeating: -1, count: 70)
        var all = whole.mutableSpan
        try dataset.read(into: &all)
        #expect(whole == values.map(Int64.init))
    }

    @Test("Chunks are clipped to the shape")
    func clipped() throws {
        let root = try reopened { _ = try $0.createDataset("x", shape: [2, 3], type: .float32, chunks: [8, 2]) }
        #expect(try root.dataset("x").chunks == [2, 2])
    }

    @Test("Rows never written read as the fill value")
    func unwritten() throws {
        let root = try reopened { root in
            _ = try root.createDataset("x", shape: [4], type: .float32)
            let chunked = try root.createDataset("y", shape: [4], type: .float32, chunks: [2])
            try chunked.write(rows: 2..<4, ([1, 2] as [Float]).span)
        }
        #expect(try root.dataset("x").read(Float.self) == [0, 0, 0, 0])
        #expect(try root.dataset("y").read(Float.self) == [0, 0, 1, 2])
    }
}
