import Foundation

/// JSON has no numbers that are NaN or infinite: a result that is one is written as the text `NaN`, `Infinity` or
/// `-Infinity`, which most languages read as that number.
extension JSONEncoder {
    /// For results. The same values give the same bytes.
    package static func results(_ formatting: OutputFormatting = []) -> JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = formatting.union([.sortedKeys, .withoutEscapingSlashes])
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
        return encoder
    }
}

extension JSONDecoder {
    /// For what `JSONEncoder.results` wrote.
    package static var results: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
        return decoder
    }
}
