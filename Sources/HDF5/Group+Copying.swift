import CHDF5

extension Group {
    /// Copies the object at `name` in `source`, often of another file, to the same name here: bit by bit, with
    /// its attributes and, of a group, everything below it. Links out of the file are copied as links; attributes that
    /// are references stay behind, as in `Attributes.copyAll`.
    ///
    /// Throws `missing`, `alreadyExists`, `elsewhere` (where the object itself lies outside its file).
    package func copy(_ name: String, from source: Group) throws {
        try object.use {
            try source.object.use {
                let original = try source.member(name)
                if original.kind == .dataset { _ = try Dataset(original) }
                let place = try newPlace(name)
                let links = try linkOptions(at: place)
                let options = try place.own(H5Pcreate(CHDF5_H5P_OBJECT_COPY()), "prepare")
                try place.check(H5Pset_copy_object(options.id, CHDF5_COPY_WITHOUT_ATTRIBUTES()), "prepare")
                try place.check(H5Ocopy(original.id, ".", object.id, name, options.id, links.id), "copy")
                try member(name).copyAttributes(from: original)
            }
        }
    }
}

extension Object {
    /// Gives this object and those below it the attributes of `original` and those below it.
    ///
    /// Not left to `H5Ocopy`: up to HDF5 1.10.8 at least it crashes on texts of variable length among more than eight
    /// attributes, or in one above 64 KiB.
    fileprivate func copyAttributes(from original: Object) throws {
        for path in try original.pathsBelow() {
            guard let target = try find(path), let source = try original.find(path) else { continue }
            try Attributes(object: target).copyAll(from: Attributes(object: source))
        }
    }

    /// The relative path of this object, ".", and of every object that hard links below it lead to.
    private func pathsBelow() throws -> [String] {
        guard kind == .group else { return ["."] }
        return try ["."] + place.collectNames("list") { CHDF5_each_hard_link_below(id, $0, $1) }
    }
}
