/// Whose code an entry of a config means: Keras's own, or somebody else's under whatever name.
///
/// The one place where this is decided, for layers, models, operations and functions. A name alone proves nothing: a
/// user may call a class `Conv2D` and a function `swish`.
/// - Where a file names modules (Keras 3's archives), the module decides, by whole components (`keras.layers` is
///   Keras's, `keras_blocks` is not), and so does `registered_name`, under which Keras stores what a user registered.
/// - Where it names none (Keras 1 and 2, and the legacy files of Keras 3), a name that this version of Keras had is
///   taken for Keras's, unless it is registered, as `package>Class` or in `registered_name`.
enum KerasIdentity: Equatable {
    case layer
    /// One of Keras 3's operations, which it keeps among the layers: `keras.ops.relu`.
    case operation
    /// A model whose config lists its layers.
    case model
    case other

    /// Of a layer's, model's or operation's entry.
    init(of entry: JSON, version: KerasVersion) { self = Self.identity(of: entry, version) }

    private static func identity(of entry: JSON, _ version: KerasVersion) -> KerasIdentity {
        let registered = entry["registered_name"]?.string
        guard let className = entry["class_name"]?.string, !className.contains(">") else { return .other }
        if let module = entry["module"]?.string {
            guard isOwn(module), registered == nil || registered == className else { return .other }
            if models.contains(className) { return .model }
            return module.split(separator: ".").contains("ops") ? .operation : .layer
        }
        guard registered == nil, KerasNames.classes[className]?.contains(version) == true else { return .other }
        if models.contains(className) { return .model }
        // Only these: what is called like other operations and can be loaded from such a file is a class of the user's.
        return isBare(entry, version) && KerasNames.layersAndOperations.contains(className) ? .operation : .layer
    }

    /// Keras's name of the function in `json`, a name or a function's entry; nil where it is somebody else's.
    ///
    /// Keras stores its own functions by name alone. An entry `{"module": "builtins", "class_name": "function", …}` is
    /// a function that it found nowhere else; only Keras 3 itself, reading such an entry, may find its own by that
    /// name.
    static func function(_ json: JSON, version: KerasVersion) -> String? {
        var name = json.string
        if json["class_name"] == .string("function"), version.major >= 3 {
            let module = json["module"]?.string ?? "builtins",
                registered = json["registered_name"]?.string ?? "function"
            guard module == "builtins" || isOwn(module),
                registered == "function" || registered == json["config"]?.string
            else { return nil }
            name = json["config"]?.string.flatMap { KerasNames.aliases.contains($0) ? nil : $0 }
        }
        guard let name, KerasNames.functions[name]?.contains(version) == true else { return nil }
        return name
    }

    /// Whether an object that is no layer and no function, such as a regularizer, is Keras's: by the same rules, though
    /// any name may be Keras's where the file names no module.
    static func isOwn(object json: JSON) -> Bool {
        let className = json["class_name"]?.string, registered = json["registered_name"]?.string
        guard className?.contains(">") != true else { return false }
        guard let module = json["module"]?.string else { return registered == nil }
        return isOwn(module) && (registered == nil || registered == className)
    }

    private static let models: Set<String> = ["Sequential", "Functional", "Model"]

    /// Whether an entry without a module is an operation: its config has nothing that every layer's has.
    private static func isBare(_ entry: JSON, _ version: KerasVersion) -> Bool {
        guard version.major >= 3, let config = entry["config"], config.object != nil else { return false }
        return config["trainable"] == nil && config["dtype"] == nil
    }

    private static let owners = [["keras"], ["tf_keras"], ["tensorflow", "keras"], ["tensorflow", "python", "keras"]]

    private static func isOwn(_ module: String) -> Bool {
        let components = module.split(separator: ".").map(String.init)
        return owners.contains { components.starts(with: $0) }
    }
}
