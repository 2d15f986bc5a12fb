import Foundation

/// The path of a file or folder in `fixtures/`; the README there says what each shows.
package func fixture(_ name: String) -> String {
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../fixtures/\(name)").standardized.path
}
