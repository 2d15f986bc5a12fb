/// Why there is no such network, and what to ask for instead.
package enum ArchitectureError: Error, Equatable, CustomStringConvertible {
    case option(network: NamedNetwork, option: String, reason: String)
    /// Nothing is left of an image at `layer`.
    case inputTooSmall(network: NamedNetwork, input: [Int], layer: String)
    case tooLarge(network: NamedNetwork, layer: String, shape: [Int])

    package var description: String {
        switch self {
        case let .option(network, option, reason):
            "\(network.rawValue): \(option) cannot be so: \(reason)"
        case let .inputTooSmall(network, input, layer):
            "\(network.rawValue): images of \(input.map(String.init).joined(separator: "×")) are too small, nothing is left of them at '\(layer)'; take larger images, or another network or head"
        case let .tooLarge(network, layer, shape):
            "\(network.rawValue): the kernel \(shape) of '\(layer)' is larger than any that can be trained; take a smaller width or smaller images"
        }
    }
}
