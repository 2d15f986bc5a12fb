import CHDF5

/// Owns one identifier of the library, of whatever kind, and gives it back when it goes out of scope.
///
/// It must have a name while its `id` is in use: of `f(make().id)` the owner is gone before `f` runs.
///
/// `Sendable` because it is a number: what it stands for is only touched inside `Library.locked`.
struct Handle: ~Copyable, Sendable {
    let id: hid_t

    deinit {
        Library.locked { _ = H5Idec_ref(id) }
    }

    /// The identifier, for another owner.
    consuming func take() -> hid_t {
        let id = id
        discard self
        return id
    }
}
