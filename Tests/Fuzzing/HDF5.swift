import FuzzingSupport
import HDF5

/// libFuzzer's entry: a file whose objects, attributes and numbers are all read.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    unsafe withFile(of: UnsafeRawBufferPointer(start: start, count: count)) { path in
        guard let file = try? File.open(path) else { return }
        read(file.root, depth: 0)
    }
    return 0
}

private func read(_ group: Group, depth: Int) {
    read(group.attributes)
    guard depth < 16 else { return }
    for name in ((try? group.names()) ?? []).prefix(100) {
        switch try? group.kind(of: name) {
        case .group: if let child = try? group.group(name) { read(child, depth: depth + 1) }
        case .dataset: if let dataset = try? group.dataset(name) { read(dataset) }
        case .other, nil: break
        }
    }
}

private func read(_ dataset: Dataset) {
    read(dataset.attributes)
    guard (try? dataset.requirePlausibleSize()) != nil else { return }
    if dataset.type == .string { _ = try? dataset.readStrings() } else { _ = try? dataset.read(Float.self) }
    _ = try? dataset.readBytes()
}

private func read(_ attributes: Attributes) {
    for name in (try? attributes.names) ?? [] {
        _ = try? attributes.value(name)
        _ = try? attributes.strings(name)
    }
}
