import Graphs

/// What makes it doubtful that pixels are fed as a model needs them.
struct PixelWarnings {
    let pixels: StoredPixels
    let preprocessing: Preprocessing
    let from: PixelFeeding.Decider
    let asked: PreprocessingOverrides
    let model: ModelPixels?

    /// What is fed; nil where nothing of it is known.
    private var fed: PixelRange? { pixels.range?.treated(by: preprocessing) }

    /// One line each, the images named first.
    var lines: [String] { [byNobody, byPreset, byNote, byLayers].compactMap { $0.map { "\(pixels.path): \($0)" } } }

    private static let advice = "say by --pixels, or by --scale, --mean and --std, what it was trained with"

    /// There is a model, and it does not say how it was trained.
    private var byNobody: String? {
        guard let model, model.note == nil else { return nil }
        switch from {
        case .flags, .modelNote, .modelLayers: return nil
        case .corpusNote, .usual:
            let rule = from == .usual ? "is usual for such data" : "the corpus's note says"
            return
                "nobody says how this model was trained: pixels are fed as \(rule), \(preprocessing.formula); \(Self.advice)"
        case .nobody:
            if pixels.isOfByteRange {
                return
                    "pixels are fed as bytes from 0 to 255; say by --scale, --mean and --std, or by --pixels, what the model was trained with (--pixels 0..255 for this)"
            }
            return pixels.isPicture
                ? "nobody says how this model was trained: numbers from \(fed?.text ?? "NaN") are fed as they are; \(Self.advice)"
                : nil
        }
    }

    /// A preset is about bytes, and was asked for other numbers.
    private var byPreset: String? {
        guard let preset = asked.preset, !pixels.isOfByteRange, let fed else { return nil }
        let expected = PixelRange.bytes.treated(by: preset.preprocessing)
        return fed.fits(expected)
            ? nil
            : "--pixels \(preset.rawValue) is about pixels from 0 to 255, of which it makes \(expected.text), and makes \(fed.text) of these numbers; "
                + "if they are preprocessed already, feed them as they are with --scale 1"
    }

    /// The model's note does not count, as these numbers may be anything, but what is fed is not what it was trained
    /// on.
    private var byNote: String? {
        guard let note = model?.note, !pixels.isOfByteRange, from == .nobody || from == .corpusNote || from == .usual,
            let fed
        else { return nil }
        let expected = PixelRange.bytes.treated(by: note)
        return fed.fits(expected)
            ? nil
            : "the model was trained on pixels from \(expected.text), and is fed numbers from \(fed.text); preprocess them by --scale, --mean and --std, "
                + "or give the dataset an attribute 'range' of [0, 255] if that is what they are"
    }

    /// The model's own layers make something odd of what is fed.
    private var byLayers: String? {
        guard let layers = model?.layers, layers.isPreprocessing, from == .flags || from == .modelLayers, let fed else {
            return nil
        }
        let made = fed.scaled(by: layers)
        return made.isPlausibleInput
            ? nil
            : "the model's own layers (\(layers.layers.joined(separator: ", "))) make \(made.text) of what is fed, \(fed.text): "
                + "they are made for other numbers; feed those by --scale and --mean"
    }
}
