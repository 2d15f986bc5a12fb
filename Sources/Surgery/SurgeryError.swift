/// What keeps surgery from giving back a model.
package enum SurgeryError: Error, Equatable, CustomStringConvertible {
    /// The self-check after the rewrite found a tensor of another shape than planned.
    case inconsistent(layer: String, expected: String, found: String)
    /// Constants of dead filters that this layer reads make its weights infinite.
    case overflow(layer: String)
    /// The compact model answers differently; `at` is the layer whose output does, where the comparison ends before the
    /// model's outputs.
    case deviates(found: Double, tolerance: Double, at: String? = nil)
    /// A tensor holds NaN or infinities, so that nothing can be compared.
    case notFinite(model: String)
    /// Random images, to compare on for want of others, would be this large.
    case imageTooLarge(bytes: Int, limit: Int)
    /// No layer has a name like this.
    case noSuchLayer(pattern: String)

    package var description: String {
        switch self {
        case let .inconsistent(layer, expected, found):
            "the cut model's layer '\(layer)' would give \(found) where \(expected) was planned; nothing was written: please report this model's architecture"
        case let .overflow(layer):
            "what dead filters emit is too large to be folded into layer '\(layer)', whose weights would be infinite: keep the filters before it with --protect, or take an earlier checkpoint"
        case let .deviates(found, tolerance, place):
            "the compact model deviates by \(found) of the \(place.map { "range of what '\($0)' makes" } ?? "output's range"), more than the tolerance \(tolerance); nothing was written: choose fewer criteria, or allow it with --tolerance"
        case let .notFinite(model):
            "the \(model) model's outputs hold NaN or infinity on this input; nothing can be verified: check the input's preprocessing (--scale, --mean, --std)"
        case let .imageTooLarge(bytes, limit):
            "an image of the model's input takes \(bytes >> 20) MiB, random ones are made up to \(limit >> 20) MiB: give images to compare on with --verify"
        case let .noSuchLayer(pattern):
            "no layer is called '\(pattern)': 'deadwood inspect' lists their names"
        }
    }
}
