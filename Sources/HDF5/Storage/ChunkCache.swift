import Synchronization

/// Chunks that were unpacked, up to 64 MiB of them: rows are read one after the other, and several share a chunk.
final class ChunkCache: Sendable {
    private struct State {
        var chunks: [Int: ArraySlice<UInt8>] = [:]
        /// The oldest first.
        var order: [Int] = []
        var bytes = 0
    }

    private let state = Mutex(State())
    private static let maximumBytes = 64 << 20

    /// The chunk at `address`, which `unpack` makes where it is not there.
    func bytes(at address: Int, _ unpack: () throws -> ArraySlice<UInt8>) throws -> ArraySlice<UInt8> {
        if let known = state.withLock({ $0.chunks[address] }) { return known }
        let chunk = try unpack()
        state.withLock { state in
            guard chunk.count <= Self.maximumBytes, state.chunks[address] == nil else { return }
            while state.bytes + chunk.count > Self.maximumBytes, !state.order.isEmpty {
                state.bytes -= state.chunks.removeValue(forKey: state.order.removeFirst())?.count ?? 0
            }
            state.chunks[address] = chunk
            state.order.append(address)
            state.bytes += chunk.count
        }
        return chunk
    }
}
