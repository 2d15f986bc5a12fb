import ArgumentParser
import Checkpoints
import Datasets
import Files
import Foundation
import Kernels
import Networks
import Surgery

extension Shard: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

/// Which part of a corpus to run on, so that a scheduler can spread a run.
struct ShardOptions: ParsableArguments {
    static let help: ArgumentHelp = ArgumentHelp(
        "Run on the i-th of n parts of the images alone; 'deadwood merge' puts the results together.", valueName: "i/n")

    @Option(help: Self.help) var shard: Shard?

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("With --shard: the file of its result.", valueName: "part.h5"), completion: .file())
    var output: String?

    func validate() throws {
        if shard != nil, output == nil { throw ValidationError("--shard needs -o FILE for the part that it makes.") }
        if output != nil, shard == nil { throw ValidationError("-o is the file of a part: add --shard I/N.") }
    }

    /// Refuses what a part has no place for.
    func validate(_ result: ResultOptions) throws {
        if shard != nil, result.json != nil {
            throw ValidationError("--json is of the whole result: give it to 'deadwood merge', which makes it.")
        }
    }

    var outputs: [String] { [output].compactMap { $0 } }
}

extension PartHeader {
    /// Of a shard that this process runs. `settings`: the options that decide the result.
    init(_ verb: String, _ shard: Shard, model: [String], images: ModelCorpus, settings: [String]) throws {
        self.init(
            verb: verb, version: Deadwood.version, shard: shard, images: images.count,
            model: try Self.digest(ofModel: model), corpus: try images.digest(), settings: settings,
            instructions: InstructionSet.current.name, arguments: Array(CommandLine.arguments.dropFirst(2)),
            folder: FileManager.default.currentDirectoryPath)
    }

    /// A digest of all files that a model is read from.
    static func digest(ofModel files: [String]) throws -> String {
        let digests = try files.map { try SHA256.digest(ofFile: $0) }
        guard digests.count > 1 else { return digests.first ?? "" }
        var digest = SHA256()
        for part in digests { digest.add(Array(part.utf8)) }
        return digest.digest()
    }
}

extension ComputeOptions {
    /// What decides the last bits of what is computed.
    var settings: [String] {
        // OpenBLAS rounds by the size of a batch.
        ["--backend \(kernels.backend.rawValue)"] + (kernels.exactKernels ? ["--exact-kernels"] : [])
            + (kernels.backend == .openblas ? ["--batch \(batch)"] : [])
    }
}

extension ReadingOptions {
    var settings: [String] { declare.map { "--declare '\($0)'" } }
}

extension RangeOptions {
    var settings: [String] {
        inputRange.map { range in
            "--input-range "
                + zip(range.lowest, range.highest).map { "\($0):\($1)" }.joined(separator: ",")
        } + (relaxation ? ["--relaxation"] : [])
    }
}

extension CriteriaOptions {
    var settings: [String] {
        let names = Criterion.allCases.filter(criteria.contains).map(\.rawValue)
        return [
            "--criteria \(names.joined(separator: ","))", "--scale-threshold \(scaleThreshold)",
            "--weight-threshold \(weightThreshold)", "--activation-threshold \(activationThreshold)",
        ]
    }
}
