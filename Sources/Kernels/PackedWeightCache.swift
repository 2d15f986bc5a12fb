import Synchronization

/// A layer's weights packed as native kernels read them: made for the first kernel that needs them, then shared by all.
final class PackedWeightCache: Sendable {
    /// A way of packing weights: everything that it depends on besides the weights themselves.
    enum Key: Hashable, Sendable {
        case panels(taps: Int, channels: Int, groups: Int, set: String)
        case winograd(size: Int, channels: Int, set: String)
    }

    /// Whether the weights will be replaced in place, and packed again (see `ReloadableWeights`): packing is then kept
    /// simple, without tails.
    let areReloaded: Bool
    private let packed = Mutex<[Key: [PackedPanels]]>([:])

    init(areReloaded: Bool) { self.areReloaded = areReloaded }

    /// All that was packed so far.
    var all: [Key: [PackedPanels]] { packed.withLock { $0 } }

    func panels(_ key: Key, _ pack: () -> [PackedPanels]) -> [PackedPanels] {
        packed.withLock { packed in
            if let known = packed[key] { return known }
            let panels = pack()
            packed[key] = panels
            return panels
        }
    }
}
