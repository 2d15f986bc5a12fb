import Graphs

extension Obstacle {
    /// The end of a sentence that begins "layer 'x' is a Y": what cannot be done, and what to do.
    ///
    /// - Parameter keepsShape: whether the layer makes as much as it takes, as far as is known.
    func text(layer: String, keepsShape: Bool) -> String {
        switch self {
        case .undeclared where keepsShape:
            "\(reason); say what it computes with --declare '\(layer)=FUNCTION', such as relu or linear"
        case .undeclared: Obstacle.beyondDeclaration.reason
        case let .function(name):
            "\(reason); say what that is with --declare '\(name ?? layer)=FUNCTION', such as relu or linear"
        case .beyondDeclaration, .wrapper: reason
        }
    }
}
