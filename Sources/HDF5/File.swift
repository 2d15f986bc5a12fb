import CHDF5
import Foundation

/// An open HDF5 file. Safe to use from any thread; groups and datasets keep it open while they are in use.
///
/// `@unchecked Sendable` because its variables are only touched inside `Library.locked`.
package final class File: @unchecked Sendable {
    /// The path it was opened with.
    package let path: String
    private let id: hid_t
    /// Not a `Handle`, which closes in any case: a close that failed must not be tried again, the library crashes.
    private var isOpen = true
    /// Why an object could not be closed: what it still held in memory is lost, and nothing later says so.
    private var loss: (any Error)?

    private init(path: String, id: hid_t) {
        (self.path, self.id) = (path, id)
    }

    deinit { try? close() }

    /// The file at `path`, for reading only. `locking`: whether it is locked against writers while it is open; a file
    /// on which this process itself holds a lock cannot be.
    ///
    /// Throws `cannotOpen` (missing, unreadable, no regular file, locked by a writer), `notHDF5`, `truncated`.
    package static func open(_ path: String, locking: Bool = true) throws -> File {
        func error(_ reason: String) -> HDF5Error { .cannotOpen(file: path, reason: reason) }
        var status = stat()
        guard !path.utf8.contains(0), stat(path, &status) == 0 else {
            throw error("no such file, or its folder cannot be read")
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw error("it is not a regular file") }
        guard access(path, R_OK) == 0 else { throw error("no permission to read it") }
        return try Library.locked {
            let options = try accessOptions(path, locking: locking)
            let id = H5Fopen(path, CHDF5_ACC_RDONLY(), options.id)
            guard id >= 0 else {
                let cause = ErrorStack.innermost()
                switch cause.minor {
                case CHDF5_H5E_NOTHDF5(): throw HDF5Error.notHDF5(file: path)
                case CHDF5_H5E_TRUNCATED(): throw HDF5Error.truncated(file: path, detail: cause.detail)
                default: throw error(cause.detail)
                }
            }
            return File(path: path, id: id)
        }
    }

    /// A new, empty file at `path`, for reading and writing; what was there is gone, so give a temporary name.
    ///
    /// The root tracks the creation order of links and attributes as `root` does. The format is that of HDF5 1.8,
    /// the first whose attributes may exceed 64 KiB. The library does not lock it: the owner of the temporary name
    /// does, and a process that is started meanwhile would inherit the library's lock, and keep it after `close()`.
    /// Throws `cannotCreate`.
    package static func create(_ path: String, like root: Group? = nil) throws -> File {
        guard !path.utf8.contains(0) else {
            throw HDF5Error.cannotCreate(file: path, reason: "the name holds a NUL byte")
        }
        return try Library.locked {
            let place = Place(file: path, object: "/")
            let options = try accessOptions(path, locking: false)
            try place.check(H5Pset_libver_bounds(options.id, H5F_LIBVER_V18, CHDF5_LIBVER_LATEST()), "prepare")
            let properties = try place.own(H5Pcreate(CHDF5_H5P_FILE_CREATE()), "prepare")
            try place.check(H5Pset_obj_track_times(properties.id, false), "prepare")
            if let order = try root?.creationOrder() {
                try place.check(H5Pset_link_creation_order(properties.id, order.links), "prepare")
                try place.check(H5Pset_attr_creation_order(properties.id, order.attributes), "prepare")
            }
            let id = H5Fcreate(path, CHDF5_ACC_TRUNC(), properties.id, options.id)
            guard id >= 0 else { throw HDF5Error.cannotCreate(file: path, reason: ErrorStack.innermost().detail) }
            return File(path: path, id: id)
        }
    }

    /// The group that holds everything else.
    package var root: Group {
        get throws { try use { Group(try rootObject()) } }
    }

    /// Writes out everything and closes; groups and datasets of the file throw `closed` from then on. Closing twice
    /// does nothing. Throws `failed` where the data did not reach the disk.
    package func close() throws {
        try Library.locked {
            guard isOpen else { return }
            isOpen = false
            let place = Place(file: path, object: "/")
            let flushed = Result { try place.check(H5Fflush(id, H5F_SCOPE_LOCAL), "write out") }
            let closed = Result { try place.check(H5Fclose(id), "close") }
            _ = try flushed.get()
            _ = try closed.get()
            if let loss { throw loss }
        }
    }

    /// What `body` returns, run inside the lock while the file is open. Throws `closed` otherwise.
    func use<R: ~Copyable>(_ body: () throws -> R) throws -> R {
        try Library.locked {
            guard isOpen else { throw HDF5Error.closed(file: path) }
            return try body()
        }
    }

    /// Closes an object of this file, unless closing the file did, or failed to: then the library would crash.
    func giveBack(_ id: hid_t, at place: Place) {
        Library.locked {
            guard isOpen else { return }
            do { try place.check(H5Idec_ref(id), "write out") } catch { loss = error }
        }
    }

    func rootObject() throws -> Object {
        let place = Place(file: path, object: "/")
        return Object(file: self, path: "/", handle: try place.own(H5Gopen2(id, "/", CHDF5_DEFAULT), "open"))
    }

    /// Bytes on disk and those allocated but not written yet.
    func size() throws -> Int {
        var bytes: hsize_t = 0
        try Place(file: path, object: "/").check(H5Fget_filesize(id, &bytes), "measure")
        return Int(clamping: bytes)
    }

    /// Closing really closes, whatever is still open inside; chunks up to 64 MiB stay unpacked between reads of rows.
    private static func accessOptions(_ path: String, locking: Bool) throws -> Handle {
        let place = Place(file: path, object: "/")
        let options = try place.own(H5Pcreate(CHDF5_H5P_FILE_ACCESS()), "prepare")
        try place.check(H5Pset_fclose_degree(options.id, H5F_CLOSE_STRONG), "prepare")
        if !locking { try place.check(H5Pset_file_locking(options.id, false, true), "prepare") }
        try place.check(H5Pset_cache(options.id, 0, 1009, 64 << 20, 1), "prepare")
        return options
    }
}
