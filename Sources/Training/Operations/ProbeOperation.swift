import Kernels
import Networks

/// Passes a tensor on as it is, and on the way back notes for each image and channel Σ value · gradient over all
/// positions: by how much the loss would fall, to first order, if the channel were 0 there.
struct ProbeOperation: Differentiable {
    let input: DifferentiableTensor
    /// The same values; a gradient of its own.
    let output: DifferentiableTensor
    /// Where the sums go in the block of gradients, images × channels.
    let place: Int
    let images: Int
    /// How many positions an image has; channels lie innermost.
    let positions: Int
    let channels: Int

    var inputs: [DifferentiableTensor] { [input] }
    var backwardReads: (inputs: Bool, output: Bool) { (true, false) }
    var worksInPlace: Bool { true }

    func forward(_ pass: Pass) {}

    func backward(_ pass: Pass, from gradient: GradientAddress, into targets: [GradientAddress?]) {
        let values = unsafe pass[input], sums = unsafe pass.gradients + place
        for image in 0..<images {
            let row = unsafe sums + image * channels
            unsafe row.update(repeating: 0, count: channels)
            for position in 0..<positions {
                let start = (image * positions + position) * channels
                for channel in 0..<channels {
                    unsafe row[channel] += unsafe values[start + channel] * gradient[start + channel]
                }
            }
        }
        guard let target = unsafe targets[0], unsafe target != gradient else { return }
        unsafe target.update(from: gradient, count: images * positions * channels)
    }
}
