/// What keeps a file from being written or read, and what to do about it.
package enum FileError: Error, Equatable, CustomStringConvertible {
    case exists(path: String)
    /// The name is not that of a regular file, or its folder takes none.
    case notWritable(path: String)
    /// A call of the system failed.
    case cannotWrite(path: String, reason: String)
    case outputIsInput(path: String)
    case cannotRead(path: String, reason: String)
    /// An input that is a folder, a FIFO, a device.
    case notRegular(path: String)
    /// Two outputs under one name.
    case sameOutput(path: String)
    /// An input that is not what it was when it was read.
    case inputChanged(path: String)

    package var description: String {
        switch self {
        case let .exists(path): "\(path): exists; choose another name or add --force"
        case let .notWritable(path):
            "\(path): cannot be written; choose the name of a file, in a folder that exists and may be written to"
        case let .cannotWrite(path, reason):
            "\(path): cannot be written: \(reason); choose a folder that exists, may be written to and has room"
        case let .outputIsInput(path): "\(path): is an input, which is never written to; choose another name"
        case let .cannotRead(path, reason): "\(path): cannot be read: \(reason); check the path"
        case let .notRegular(path): "\(path): is not a regular file; give one"
        case let .sameOutput(path): "\(path): is written by another option as well; choose another name"
        case let .inputChanged(path):
            "\(path): was changed by something else while this command worked, and nothing is written; run it again when the file is complete"
        }
    }
}
