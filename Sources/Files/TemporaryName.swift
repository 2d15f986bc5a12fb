/// The names of files in the making: `.deadwood-` and 64 random bits as 13 digits to the base 36.
///
/// What is put beside such a file, by libraries too, has its name and more behind a dot.
enum TemporaryName {
    private static let prefix = ".deadwood-", digits = 13

    static func random() -> String {
        let number = String(UInt64.random(in: 0...UInt64.max), radix: 36)
        return prefix + String(repeating: "0", count: digits - number.count) + number
    }

    static func isOne(_ name: String) -> Bool {
        name.hasPrefix(prefix) && name.utf8.count == prefix.utf8.count + digits
            && name.utf8.dropFirst(prefix.utf8.count).allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
            }
    }

    /// The name of the file in the making that `name` belongs to: itself, or the one that it was put beside; nil for
    /// other names.
    static func head(of name: String) -> String? {
        let head = String(name.prefix(prefix.count + digits)), rest = name.dropFirst(head.count)
        return isOne(head) && (rest.isEmpty || rest.hasPrefix(".")) ? head : nil
    }

    /// The paths of `path` and of all that was put beside it, that one last.
    static func family(of path: String) -> [String] {
        let (folder, name) = Folder.split(path)
        let others = (Folder.names(in: folder) ?? []).filter { $0.hasPrefix("\(name).") }
        return others.map { "\(folder)/\($0)" } + [path]
    }
}
