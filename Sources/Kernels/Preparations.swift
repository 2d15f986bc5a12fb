import Synchronization

/// Weights as native kernels read them, made when a kernel first asks and kept with the weights.
final class Preparations: Sendable {
    /// A way of preparing weights; everything that it depends on beside the weights themselves.
    enum Key: Hashable, Sendable {
        case panels(taps: Int, channels: Int, groups: Int, set: String)
        case winograd(size: Int, channels: Int, set: String)
    }

    /// Whether the weights will change, and what was made of them with them: they are packed in the simplest order.
    let areChanging: Bool
    private let made = Mutex<[Key: [PackedPanels]]>([:])

    init(areChanging: Bool) { self.areChanging = areChanging }

    /// All that was made so far.
    var all: [Key: [PackedPanels]] { made.withLock { $0 } }

    func panels(_ key: Key, _ make: () -> [PackedPanels]) -> [PackedPanels] {
        made.withLock { made in
            if let known = made[key] { return known }
            let panels = make()
            made[key] = panels
            return panels
        }
    }
}
