/// What the user says that layers compute: an assumption, named beside what rests on it.
package struct DeclarationLine: Codable, Sendable {
    /// As on the command line: `capped=relu(max=20)`.
    package let declaration: String
    /// The layers it was applied to, by qualified name.
    package let layers: [String]

    package init(declaration: String, layers: [String]) { (self.declaration, self.layers) = (declaration, layers) }

    var text: String {
        "assumes that \(Format.names(layers)) \(layers.count == 1 ? "computes" : "compute") what --declare '\(declaration)' says"
    }
}
