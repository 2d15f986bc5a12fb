import CHDF5
import HDF5

/// A new HDF5 file in the making, by the C library, which sees nothing but what this program hands it. Groups and
/// datasets keep it open while they are in use. Safe to use from any thread.
///
/// `@unchecked Sendable` because its variables are only touched inside `Library.locked`.
package final class FileWriter: @unchecked Sendable {
    package let path: String
    private let id: hid_t
    /// Not a `Handle`, which closes in any case: a close that failed must not be tried again, the library crashes.
    private var isOpen = true
    /// Why an object could not be closed: what it still held in memory is lost, and nothing later says so.
    private var loss: (any Error)?

    /// A new, empty file at `path`; what was there is gone, so give a temporary name.
    ///
    /// The root tracks the creation order of links and attributes as `root` does. The format is that of HDF5 1.8,
    /// the first whose attributes may exceed 64 KiB. The library does not lock it: the owner of the temporary name
    /// does, and a process that is started meanwhile would inherit the library's lock, and keep it after `close()`.
    /// Throws `cannotCreate`.
    package init(_ path: String, like root: Group? = nil) throws {
        guard !path.utf8.contains(0) else {
            throw HDF5Error.cannotCreate(file: path, reason: "the name holds a NUL byte")
        }
        let order = try root?.creationOrder()
        self.path = path
        id = try Library.locked {
            let place = Place(file: path, object: "/")
            let options = try place.own(H5Pcreate(CHDF5_H5P_FILE_ACCESS()), "prepare")
            // Closing really closes, whatever is still open inside.
            try place.check(H5Pset_fclose_degree(options.id, H5F_CLOSE_STRONG), "prepare")
            try place.check(H5Pset_file_locking(options.id, false, true), "prepare")
            try place.check(H5Pset_libver_bounds(options.id, H5F_LIBVER_V18, CHDF5_LIBVER_LATEST()), "prepare")
            let properties = try place.own(H5Pcreate(CHDF5_H5P_FILE_CREATE()), "prepare")
            try place.check(H5Pset_obj_track_times(properties.id, false), "prepare")
            if let order {
                try place.check(H5Pset_link_creation_order(properties.id, order.links), "prepare")
                try place.check(H5Pset_attr_creation_order(properties.id, order.attributes), "prepare")
            }
            let id = H5Fcreate(path, CHDF5_ACC_TRUNC(), properties.id, options.id)
            guard id >= 0 else { throw HDF5Error.cannotCreate(file: path, reason: ErrorStack.innermost().detail) }
            return id
        }
    }

    deinit { try? close() }

    /// The group that holds everything else.
    package var root: GroupWriter {
        get throws {
            try use {
                let place = Place(file: path, object: "/")
                let handle = try place.own(H5Gopen2(id, "/", CHDF5_DEFAULT), "open")
                return GroupWriter(ObjectWriter(file: self, path: "/", handle: handle))
            }
        }
    }

    /// Writes out everything and closes; nothing can be written from then on. Closing twice does nothing. Throws
    /// `failed` where the data did not reach the disk.
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

    /// What `body` returns, run inside the lock while the file is open.
    func use<R: ~Copyable>(_ body: () throws -> R) throws -> R {
        try Library.locked {
            precondition(isOpen, "\(path): written to after it was closed")
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
}

/// An open object and the file that must outlive it.
final class ObjectWriter: Sendable {
    let file: FileWriter
    let path: String
    let id: hid_t

    init(file: FileWriter, path: String, handle: consuming Handle) {
        (self.file, self.path) = (file, path)
        id = handle.take()
    }

    deinit { file.giveBack(id, at: place) }

    var place: Place { Place(file: file.path, object: path) }

    /// What `body` returns, run inside the lock while the file is open.
    func use<R: ~Copyable>(_ body: () throws -> R) throws -> R { try file.use(body) }
}
