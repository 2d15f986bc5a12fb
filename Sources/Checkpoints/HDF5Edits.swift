import Graphs
import HDF5
import HDF5Writing
import Tensors

/// What differs between an HDF5 file and its rewritten copy, by absolute paths in the source.
struct HDF5Edits {
    /// New values of attributes, by the object they hang on.
    var attributes: [String: [String: AttributeValue]] = [:]
    var replaced: [String: Contents] = [:]
    /// New datasets, by the group they go to.
    var added: [String: [Addition]] = [:]
    var removed: Set<String> = []
    /// New last components of paths.
    var renamed: [String: String] = [:]

    /// The numbers of a dataset: the slices of the source's that `selections` keep, but for those that `values` has
    /// differently.
    struct Contents {
        var shape: [Int]
        var selections: [AxisSelection] = []
        /// Of `shape`, in the order of the file; nil where the slices are all there is.
        var values: Tensor?

        /// The shape of what `selections` keep of a source of `shape`.
        func sliced(_ shape: [Int]) -> [Int] {
            selections.reduce(into: shape) { if $0.indices.contains($1.axis) { $0[$1.axis] = $1.kept.count } }
        }
    }

    struct Addition {
        var name: String
        var values: Tensor
        /// The dataset whose type and layout it takes.
        var model: String
    }
}

/// Copies an HDF5 file with edits: what they do not name is copied bit for bit.
struct HDF5Rewriter {
    private let edits: HDF5Edits
    /// Every object named by an edit, and the groups around it.
    private let touched: Set<String>

    init(_ edits: HDF5Edits) {
        self.edits = edits
        var touched: Set<String> = []
        for path in [
            Array(edits.attributes.keys), Array(edits.replaced.keys), Array(edits.added.keys), Array(edits.removed),
            Array(edits.renamed.keys),
        ].joined() {
            var prefix = ""
            for component in path.split(separator: "/") {
                prefix += "/\(component)"
                touched.insert(prefix)
            }
        }
        self.touched = touched
    }

    /// Writes the copy of `source` to a new file at `path`.
    func write(_ source: File, to path: String) throws {
        let target = try FileWriter(path, like: source.root)
        try copy(source.root, to: target.root)
        try target.close()
    }

    private func copy(_ source: Group, to target: GroupWriter) throws {
        // An attribute written over leaves a hole of its size in the file.
        let edited = edits.attributes[source.path] ?? [:]
        let replaced = try source.attributes.names.filter { name in
            edited.keys.contains { name == $0 || name.isPart(of: $0) }
        }
        try target.attributes.copyAll(from: source.attributes, except: Set(replaced))
        for (name, value) in edited.sorted(by: { $0.key < $1.key }) {
            try target.attributes.set(name, value, like: source.attributes)
        }
        for name in try source.names() {
            let path = source.path == "/" ? "/\(name)" : "\(source.path)/\(name)"
            if edits.removed.contains(path) { continue }
            let newName = edits.renamed[path] ?? name
            switch try touched.contains(path) ? source.kind(of: name) : nil {
            case .group:
                let group = try source.group(name)
                try copy(group, to: target.createGroup(newName, like: group))
            case .dataset:
                let dataset = try source.dataset(name)
                let contents = edits.replaced[path] ?? HDF5Edits.Contents(shape: dataset.shape)
                try write(contents, of: dataset, to: target, as: newName)
            default:
                try target.copy(name, from: source)
            }
        }
        for addition in edits.added[source.path] ?? [] {
            let model = try source.dataset(addition.model)
            let dataset = try target.createDataset(addition.name, shape: addition.values.shape, like: model)
            try addition.values.withSpan { try dataset.write($0) }
        }
    }

    private func write(_ contents: HDF5Edits.Contents, of source: Dataset, to target: GroupWriter, as name: String)
        throws
    {
        guard !source.isOpaqueBfloat16 else {
            throw CheckpointError.inexpressible(
                layer: source.path,
                reason: "weights of type bfloat16 can be read, not changed; save the model in float32")
        }
        let dataset = try target.createDataset(name, shape: contents.shape, like: source)
        try dataset.attributes.copyAll(from: source.attributes)
        switch source.type {
        case _
        where contents.values != nil && (source.type != .float64 || contents.sliced(source.shape) != contents.shape):
            try contents.values?.withSpan { try dataset.write($0) }
        case .float64:
            try dataset.write(numbers(Double.self, contents, of: source) { Float($0) == $1 ? $0 : Double($1) })
        case .int8, .int16, .int32, .int64:
            try dataset.write(numbers(Int64.self, contents, of: source) { old, _ in old })
        case .uint8, .uint16, .uint32, .uint64:
            try dataset.write(numbers(UInt64.self, contents, of: source) { old, _ in old })
        default: try dataset.write(numbers(Float.self, contents, of: source) { old, _ in old })
        }
    }

    /// The slices `contents` keeps, in the precision of the source; `choose` picks between an old number and a new one.
    private func numbers<T: Element>(
        _: T.Type, _ contents: HDF5Edits.Contents, of source: Dataset, choose: (T, Float) -> T
    ) throws -> [T] {
        var numbers = try source.read(T.self), shape = source.shape
        for selection in contents.selections { numbers = numbers.gathered(&shape, selection) }
        guard shape == contents.shape else {
            throw CheckpointError.inexpressible(
                layer: source.path,
                reason: "its new shape \(contents.shape) does not follow from the slices kept of \(source.shape)")
        }
        return contents.values.map { values in
            values.withSpan { new in numbers.indices.map { choose(numbers[$0], new[$0]) } }
        } ?? numbers
    }
}

extension String {
    /// Whether this names a piece of an attribute that was split for its size: `layer_names0` of `layer_names`.
    fileprivate func isPart(of name: String) -> Bool {
        hasPrefix(name) && count > name.count && dropFirst(name.count).allSatisfy { ("0"..."9").contains($0) }
    }
}

extension Array where Element: BitwiseCopyable {
    /// The slices of `selection` out of a row-major array of `shape`, which becomes the result's.
    fileprivate func gathered(_ shape: inout [Int], _ selection: AxisSelection) -> [Element] {
        precondition(shape.indices.contains(selection.axis), "axis \(selection.axis) outside shape \(shape)")
        let length = shape[selection.axis], inner = shape[(selection.axis + 1)...].reduce(1, *),
            outer = shape[..<selection.axis].reduce(1, *)
        precondition(
            selection.kept.allSatisfy { $0 >= 0 && $0 < length }, "a slice outside axis \(selection.axis) of \(shape)")
        shape[selection.axis] = selection.kept.count
        var result: [Element] = []
        result.reserveCapacity(outer * selection.kept.count * inner)
        for o in 0..<outer {
            for index in selection.kept {
                result.append(contentsOf: self[((o * length + index) * inner)..<((o * length + index + 1) * inner)])
            }
        }
        return result
    }
}
