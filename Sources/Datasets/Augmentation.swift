import Tensors

/// Which part of an image is looked at, by chance.
struct Augmentation: Sendable {
    /// Height, width, channels of the stored images.
    let shape: [Int]
    let flips: Bool
    let crop: TrainingDataOptions.Crop

    /// The shape of what is looked at.
    var viewShape: [Int] {
        if case let .square(side) = crop { [side, side, shape[2]] } else { shape }
    }

    /// A part of an image: its first row and column, which may lie outside, and its direction.
    struct View: Equatable {
        let top: Int
        let left: Int
        let height: Int
        let width: Int
        let isFlipped: Bool
    }

    func view(using generator: inout SeededGenerator) -> View {
        let isFlipped = flips && generator.next() >> 63 == 1
        let margin: Int, rows: Int, columns: Int
        switch crop {
        case .none: (margin, rows, columns) = (0, 1, 1)
        case let .padded(pixels): (margin, rows, columns) = (pixels, 2 * pixels + 1, 2 * pixels + 1)
        case let .square(side): (margin, rows, columns) = (0, shape[0] - side + 1, shape[1] - side + 1)
        }
        let top = generator.next(below: rows) - margin, left = generator.next(below: columns) - margin
        return View(top: top, left: left, height: viewShape[0], width: viewShape[1], isFlipped: isFlipped)
    }
}
