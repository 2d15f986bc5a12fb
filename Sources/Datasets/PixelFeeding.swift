/// How pixels become a model's input, and who decided it.
///
/// Preprocessing belongs to the model. First to last: what the user asks for, the model's note of its training, the
/// model's own layers, what the data file says, what is usual for the data, nobody.
package struct PixelFeeding: Sendable {
    package enum Decider: String, Sendable {
        /// Options of the command line.
        case flags
        /// What the checkpoint notes of its training.
        case modelNote
        /// Its own layers do it: pixels are fed as they are.
        case modelLayers
        /// What the file of the images says.
        case corpusNote
        /// What is done to such data wherever nobody says otherwise.
        case usual
        case nobody
    }

    package let preprocessing: Preprocessing
    package let from: Decider
    /// How it was decided, for people: `by --pixels caffe`.
    let reason: String
    let pixels: StoredPixels?
    /// What people should know before they trust what follows; one line each.
    package let warnings: [String]

    /// Decides for `pixels` of a file. `model` is nil where there is none that was trained before.
    ///
    /// A model's note is about pixels from 0 to 255: it does not count for other numbers. Throws
    /// `invalidPreprocessing`.
    init(_ pixels: StoredPixels, asked: PreprocessingOverrides = .init(), model: ModelPixels?) throws {
        self.pixels = pixels
        if let wanted = asked.preprocessing {
            (preprocessing, from, reason) = (wanted, .flags, asked.options)
        } else if let note = model?.note, pixels.isOfByteRange {
            (preprocessing, from, reason) = (note, .modelNote, "the model's note of its training")
        } else if let model, let layers = model.layers, model.treatsPixels(isOfByteRange: pixels.isOfByteRange) {
            (preprocessing, from, reason) = (
                Preprocessing(), .modelLayers, "the model's own layers (\(layers.layers.joined(separator: ", ")))"
            )
        } else if let stated = pixels.stated {
            (preprocessing, from, reason) = (stated, .corpusNote, "the corpus's note")
        } else if pixels.usual != Preprocessing() {
            (preprocessing, from, reason) = (pixels.usual, .usual, "what is usual for such data")
        } else {
            (preprocessing, from, reason) = (Preprocessing(), .nobody, "nobody")
        }
        try preprocessing.validate(channels: pixels.channels, path: pixels.path)
        warnings =
            PixelWarnings(pixels: pixels, preprocessing: preprocessing, from: from, asked: asked, model: model).lines
    }

    /// How bytes would be fed that no file holds: what the user or the model says. Throws `invalidPreprocessing`, with
    /// `path` for the name of what is fed.
    package static func ofBytes(
        channels: Int, asked: PreprocessingOverrides, model: ModelPixels?, path: String
    ) throws -> PixelFeeding {
        try PixelFeeding(StoredPixels(bytesOf: path, channels: channels), asked: asked, model: model)
    }

    /// What the bytes from 0 to 255 become: a range for each channel that is treated on its own.
    package var byteRange: InputRange? {
        let ends = (0..<preprocessing.period).map { channel -> [Float] in
            [0, 255].map { preprocessing.value(of: $0, channel: channel) }.sorted()
        }
        return InputRange(lowest: ends.map { $0[0] }, highest: ends.map { $0[1] })
    }

    /// The formula and who decided it: `x / 255, by --pixels 0..1`.
    package var decision: String { "\(preprocessing.formula), by \(reason)" }

    /// Whether neither the user nor the model said it.
    package var isGuessed: Bool {
        switch from {
        case .flags, .modelNote, .modelLayers: false
        case .corpusNote, .usual, .nobody: pixels != nil
        }
    }

    /// Numbers that are fed as they are, being made for it.
    static let made = PixelFeeding()

    private init() { (preprocessing, from, reason, pixels, warnings) = (Preprocessing(), .nobody, "nobody", nil, []) }

    /// In one line: `pixels: rgb, (x · 0.003921569 − 0.5) / 0.25, by --scale, --mean, --std`.
    package var line: String {
        "pixels: \(preprocessing.text(channels: pixels.map { $0.isPicture ? $0.channels : 1 } ?? 1))\(storedText), by \(reason)"
    }

    /// The ends of what is stored, where that is not bytes.
    package var storedRange: PixelRange? { pixels?.isOfBytes == false ? pixels?.range : nil }

    private var storedText: String {
        guard let pixels, let seen = pixels.seen else { return "" }
        let noted = pixels.statedRange.map { ", noted as \($0.text)" } ?? ""
        return " (x from \(seen.range.text) in the first \(seen.images) image\(seen.images == 1 ? "" : "s")\(noted))"
    }
}

extension Preprocessing {
    /// The order of three channels, and the formula.
    package func text(channels: Int) -> String { channels == 3 ? "\(order.rawValue), \(formula)" : formula }

    /// `(x · 0.003921569 − 0.5) / 0.25`, neutral parts left out; `as they are` where all are.
    package var formula: String {
        var text = scale == 1 ? "x" : "x · \(scale.short)"
        let isShifted = mean.contains { $0 != 0 }, isDivided = std.contains { $0 != 1 }
        if isShifted { text += mean.count == 1 && mean[0] < 0 ? " + \((-mean[0]).short)" : " − \(mean.list)" }
        if isDivided { text = isShifted ? "(\(text)) / \(std.list)" : "\(text) / \(std.list)" }
        return text == "x" ? "as they are" : text
    }
}

extension PixelRange {
    /// `0 to 255`.
    package var text: String { "\(lowest.short) to \(highest.short)" }
}

extension Double {
    /// In as many digits as 32 bits have; whole numbers without a point.
    fileprivate var short: String {
        let text = "\(Float(self))"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}

extension [Double] {
    /// The only number, or all in brackets.
    fileprivate var list: String { count == 1 ? self[0].short : "[\(map(\.short).joined(separator: ", "))]" }
}
