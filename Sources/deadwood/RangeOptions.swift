import ArgumentParser
import Checkpoints
import Compression
import Datasets
import Graphs
import Reports
import Sparsity

/// What the model is fed at most.
struct RangeOptions: ParsableArguments {
    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "The numbers that the model is fed at most, preprocessed: 0:1, or one range per channel. Proofs of the criterion 'range' hold inside. Once for each input of the model, in its order. Default: what pixels from 0 to 255 become.",
            valueName: "lo:hi,…"), transform: Self.range)
    var inputRange: [InputRange] = []

    @Flag(
        help:
            "Also bound each layer by what the layer before it reads, through a linear relaxation of the activation between: proves more filters dead, and may take minutes."
    )
    var relaxation = false

    /// Has proofs hold for the box of a model, fed with `images` where there are some; returns a line about it.
    func bound(
        _ request: inout CompressionRequest, for checkpoint: Checkpoint, _ pixels: PixelOptions, images: ModelCorpus?
    ) throws -> BoxLine? {
        var (box, line) = try box(for: checkpoint, pixels, images: images)
        line?.relaxation = relaxation
        (request.box, request.relaxesRanges) = (box, relaxation)
        return line
    }

    /// The box for a model, fed with `images` where there are some, and a line about it. What an earlier cut noted binds
    /// whatever is asked for: the model is another one outside.
    private func box(for checkpoint: Checkpoint, _ pixels: PixelOptions, images: ModelCorpus?) throws -> (
        box: InputBox, line: BoxLine?
    ) {
        let graph = checkpoint.graph, noted = try InputBox(notes: checkpoint.notes, path: checkpoint.path)
        if let noted, noted.inputs.count != graph.inputs.count {
            throw DatasetError.invalidAttribute(
                path: checkpoint.path, attribute: "deadwood_input_range", reason: "is not of this model's inputs")
        }
        guard let asked = try asked(for: checkpoint) else {
            if let noted {
                return (
                    noted, BoxLine(noted, from: "cutNote", reason: "the note of an earlier cut in \(checkpoint.path)")
                )
            }
            let feedings = try graph.inputs.indices.map { try feeding($0, checkpoint, pixels, images) }
            let box = InputBox(feedings.map { $0?.byteRange }), known = feedings.compactMap { $0 }
            let reasons = known.map { "pixels from 0 to 255, \($0.decision)" }.reduce(into: [String]()) {
                if !$0.contains($1) { $0.append($1) }
            }
            return (
                box,
                BoxLine(box, from: known.first?.from.rawValue ?? "nobody", reason: reasons.joined(separator: "; "))
            )
        }
        guard let noted else { return (asked, BoxLine(asked, from: "flags", reason: "--input-range")) }
        guard let both = asked.intersection(noted) else { throw CommandError.disjointRange(path: checkpoint.path) }
        if both != asked {
            Console.warn(
                "\(checkpoint.path): an earlier cut holds for a smaller --input-range; what lies in both is taken")
        }
        return (both, BoxLine(both, from: "flags", reason: "--input-range, and the note of an earlier cut"))
    }

    /// What the options say; nil where they are not given.
    private func asked(for checkpoint: Checkpoint) throws -> InputBox? {
        let graph = checkpoint.graph
        if inputRange.isEmpty { return nil }
        guard inputRange.count <= graph.inputs.count else {
            throw CommandError.inputCount(
                option: "--input-range", expected: graph.inputs.count, found: inputRange.count)
        }
        let wiring = ChannelWiring(graph)
        for (range, input) in zip(inputRange, graph.inputs) where range.channels != 1 {
            guard wiring.counts[input] == range.channels else {
                throw CommandError.rangeChannels(
                    input: graph.producers[input].map { graph.layer(of: $0).qualifiedName } ?? "",
                    channels: wiring.counts[input], found: range.channels)
            }
        }
        return InputBox(graph.inputs.indices.map { $0 < inputRange.count ? inputRange[$0] : nil })
    }

    /// How pixels are fed to an input; nil for one that takes no pixels beside others that take images.
    private func feeding(_ index: Int, _ checkpoint: Checkpoint, _ pixels: PixelOptions, _ images: ModelCorpus?) throws
        -> PixelFeeding?
    {
        let graph = checkpoint.graph, shapes = graph.inputs.map { graph.shapes[$0] ?? [] }
        if shapes.contains(where: \.isOfImages), !shapes[index].isOfImages { return nil }
        if let images, images.corpora.indices.contains(index) { return images.corpora[index].feeding }
        let input = graph.inputs[index], wiring = ChannelWiring(graph)
        return try .ofBytes(
            channels: max(1, wiring.counts[input]), asked: pixels.overrides,
            model: ModelPixels(notes: checkpoint.notes, path: checkpoint.path, graph: graph, input: input),
            path: checkpoint.path)
    }

    @Sendable private static func range(_ text: String) throws -> InputRange {
        let ends = try list(text, "a range like 0:1, or one for each channel like 0:1,0:1,0:1") { part -> [Float]? in
            let numbers = part.split(separator: ":", omittingEmptySubsequences: false).compactMap { Float($0) }
            return numbers.count == 2 && part.filter { $0 == ":" }.count == 1 ? numbers : nil
        }
        guard let range = InputRange(lowest: ends.map { $0[0] }, highest: ends.map { $0[1] }) else {
            throw ValidationError("'\(text)' is no range: both ends are finite, the lower one first.")
        }
        return range
    }
}
