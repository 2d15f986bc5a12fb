import CHDF5
import HDF5

/// Where a call works, for the errors it may end in.
struct Place: Sendable {
    /// The file's path on disk.
    let file: String
    /// The object's path inside the file; an attribute is `object@name`.
    let object: String

    /// The member `name` of the group at this place.
    func member(_ name: String) -> Place {
        Place(file: file, object: object == "/" ? "/" + name : object + "/" + name)
    }

    /// The attribute `name` of the object at this place.
    func attribute(_ name: String) -> Place {
        Place(file: file, object: "\(object)@\(name)")
    }

    /// `status`, or the library's own description of why it is negative. Must be called right after the C function.
    @discardableResult
    func check<Status: SignedInteger>(_ status: Status, _ action: String) throws -> Status {
        guard status >= 0 else {
            throw HDF5Error.failed(file: file, object: object, action: action, detail: ErrorStack.innermost().detail)
        }
        return status
    }

    func invalidText(_ reason: String) -> HDF5Error { .invalidText(file: file, object: object, reason: reason) }

    /// The owner of a fresh identifier, or the library's own description of why there is none.
    func own(_ id: hid_t, _ action: String) throws -> Handle {
        Handle(id: try check(id, action))
    }
}
