/// What went wrong with an HDF5 file, and what to do about it.
///
/// `file` is a path on disk, `object` a path inside the file; an attribute reads `object@name`.
package enum HDF5Error: Error, Equatable, CustomStringConvertible {
    case cannotOpen(file: String, reason: String)
    case cannotCreate(file: String, reason: String)
    case notHDF5(file: String)
    case truncated(file: String, detail: String)
    case missing(file: String, object: String)
    case alreadyExists(file: String, object: String)
    case wrongKind(file: String, object: String, expected: ObjectKind, found: ObjectKind)
    case wrongType(file: String, object: String, expected: String, found: String)
    /// The data lie in another file: an external link, external storage or a virtual dataset.
    case elsewhere(file: String, object: String, means: String)
    /// More bytes are declared than a file of this size can hold; `declared` is nil where the product overflows.
    case implausibleSize(file: String, object: String, declared: Int?, limit: Int)
    case invalidText(file: String, object: String, reason: String)
    /// What is there cannot be read: it contradicts itself, leads outside the file, or is of a kind that is not known.
    case damaged(file: String, object: String, reason: String)
    /// A call of the library that writes failed; `detail` is its own description.
    case failed(file: String, object: String, action: String, detail: String)

    package var description: String {
        switch self {
        case let .cannotOpen(file, reason):
            "\(file): cannot be opened: \(reason)"
        case let .cannotCreate(file, reason):
            "\(file): cannot be created: \(reason)"
        case let .notHDF5(file):
            "\(file): expected an HDF5 file, found something else; check the path and the format"
        case let .truncated(file, detail):
            "\(file): the file ends before its data do (\(detail)); copy or download it again"
        case let .missing(file, object):
            "\(file): there is no '\(object)'; check its name, or whether the file is of the expected kind"
        case let .alreadyExists(file, object):
            "\(file): '\(object)' exists already; choose another name"
        case let .wrongKind(file, object, expected, found):
            "\(file): '\(object)' should be a \(expected), it is \(found == .other ? "neither group nor dataset" : "a \(found)"); check the path"
        case let .wrongType(file, object, expected, found):
            "\(file): '\(object)' should hold \(expected), it holds \(found); check the path or convert the data"
        case let .elsewhere(file, object, means):
            "\(file): '\(object)' keeps its data outside this file (\(means)), which is not followed; repack everything into one file"
        case let .implausibleSize(file, object, declared, limit):
            "\(file): '\(object)' declares \(declared.map { "\($0)" } ?? "more than 2^63") bytes, a file of this size can hold \(limit) at most; it is damaged or not what it claims, get it again"
        case let .invalidText(file, object, reason):
            "\(file): '\(object)' should hold UTF-8 text: \(reason); rename it or write it again"
        case let .damaged(file, object, reason):
            "\(file): '\(object)' cannot be read: \(reason); the file is damaged or not what it claims, get it again"
        case let .failed(file, object, action, detail):
            "\(file): cannot \(action) '\(object)': \(detail); the disk may be full, or fail"
        }
    }
}
