/// What the user says that layers compute: an assumption, named beside what rests on it.
package struct DeclarationLine: Encodable, Sendable {
    /// As on the command line: `capped=relu(max=20)`.
    package let declaration: String
    /// The layers it was applied to, by qualified name.
    package let layers: [String]

    package init(declaration: String, layers: [String]) { (self.declaration, self.layers) = (declaration, layers) }
}

extension [DeclarationLine] {
    /// A line for each; empty where nothing is assumed.
    var text: String {
        map {
            "\nassumes that \(Format.names($0.layers)) \($0.layers.count == 1 ? "computes" : "compute") what --declare '\($0.declaration)' says"
        }.joined()
    }
}
