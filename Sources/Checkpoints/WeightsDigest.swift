import Files

/// The digest that the JSON of an architecture keeps of the weights that it was written with: two files have two names,
/// which may come apart.
///
/// Keras passes over the key. Architectures without it, as Keras writes them, go with any weights.
enum WeightsDigest {
    static let key = "deadwood_weights_sha256"

    /// Throws `otherWeights` where the digest in `json` is another than that of the file of weights.
    static func check(_ json: JSON, from architecture: String, weights: String) throws {
        guard let noted = json[key] else { return }
        let digest: String
        do { digest = try SHA256.digest(ofFile: weights) } catch let FileError.cannotRead(_, reason) {
            throw CheckpointError.unknownFormat(file: weights, reason: reason)
        }
        if noted != .string(digest) {
            throw CheckpointError.otherWeights(architecture: architecture, weights: weights)
        }
    }

    /// Notes the digest of the file of weights in `json`. Throws `FileError.cannotWrite`.
    static func note(in json: inout JSON, weights: String) throws {
        do { json[key] = .string(try SHA256.digest(ofFile: weights)) } catch let FileError.cannotRead(_, reason) {
            throw FileError.cannotWrite(path: weights, reason: reason)
        }
    }
}
