import Files

/// Images of one channel from an IDX file, with labels from its companion where there is one.
struct IDXImages: ImageSource {
    let path: String
    let count: Int
    let imageShape: [Int]
    var hasLabels: Bool { labels != nil }
    let preprocessing = Preprocessing(scale: 1 / 255)
    private let images: IDXFile
    private let labels: IDXFile?

    /// `labelsPath` nil: without labels. Throws as `IDXFile` does, and `notImages`, `labelCount`.
    init(_ path: String, labelsPath: String?) throws {
        images = try IDXFile(path, rank: 3)
        count = images.extents[0]
        imageShape = [images.extents[1], images.extents[2], 1]
        try requireImages(count, of: imageShape, path: path, dataset: "images")
        labels = try labelsPath.map { try IDXFile($0, rank: 1) }
        if let labels, labels.extents[0] != count {
            throw DatasetError.labelCount(path: labels.path, dataset: "labels", images: count, labels: labels.extents)
        }
        self.path = path
    }

    func read(_ range: Range<Int>) throws -> Pixels { .bytes(try images.read(rows: range)) }

    func labels(_ range: Range<Int>) throws -> [Int]? { try labels?.read(rows: range).map(Int.init) }

    /// The file of labels that lies beside the file of images at `path` under the usual name; nil where none does.
    static func labelsPath(besides path: String) -> String? {
        var parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let name = String(parts.removeLast())
        let stem = name.hasSuffix(".gz") ? String(name.dropLast(3)) : name
        let labels = stem.replacing("images", with: "labels").replacing("idx3", with: "idx1")
        guard labels != stem else { return nil }
        let folder = parts.map { $0 + "/" }.joined()
        return [labels, labels + ".gz"].map { folder + $0 }.first { FileStatus($0)?.kind == .file }
    }
}
