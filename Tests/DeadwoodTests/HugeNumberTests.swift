import Foundation
import TestSupport
import Testing

/// Numbers beyond every size, for every option that takes one: refused in one line, or harmless; never a crash or a
/// hang.
@Suite struct HugeNumberTests {
    private let folder = TemporaryFolder()

    init() throws {
        try SmallModel().write(to: folder.file("m.h5"))
        try folder.corpus(
            "d.h5", ["x": ([6, 4, 4, 1], (0..<96).map { Double($0 % 7) / 7 }), "y": ([6], [0, 1, 2, 0, 1, 2])])
    }

    private static let huge = [
        "2147483648", "1000000000000", "1000000000000000000", "9223372036854775807", "9223372036854775808",
        "-9223372036854775808",
    ]

    struct Verb: CustomTestStringConvertible {
        let arguments: [String]
        let options: [String]
        var testDescription: String { arguments[0] }

        init(_ line: String, _ options: String...) {
            arguments = line.split(separator: " ").map(String.init)
            self.options = options
        }
    }

    @Test(
        "Every option that takes a number ends with 0, 1 or 64, and one line where the work failed",
        arguments: [
            Verb(
                "predict m.h5 --input d.h5 --output p.h5 --force", "--batch", "--threads", "--limit", "--resize",
                "--crop", "--scale", "--mean", "--std"),
            Verb("evaluate m.h5 --data d.h5", "--batch", "--threads", "--limit", "--resize", "--crop"),
            Verb("analyze m.h5 --corpus d.h5", "--batch", "--threads", "--limit", "--scale-threshold"),
            Verb(
                "prune m.h5 -o c.h5 --force --select l2 --fraction 0.5", "--batch", "--threads", "--keep-at-least",
                "--tolerance", "--scale-threshold"),
            Verb(
                "compress m.h5 -o c.h5 --force --corpus d.h5 --seconds 0.05", "--batch", "--threads", "--limit",
                "--scale-threshold"),
            Verb("benchmark m.h5 --seconds 0.05", "--batch", "--threads"),
            Verb(
                "train --network basicnet --width 0.05 --dataset hdf5 --data d.h5 --batch 2 --max-steps 1 -o t.h5 --force",
                "--batch", "--pad-crop", "--crop", "--resize", "--warm-up",
                "--epochs", "--max-steps", "--threads", "--limit", "--test-limit", "--seed", "--lr", "--width",
                "--hidden", "--poolings", "--dropout", "--leaky", "--lr-drop", "--gamma", "--l2"),
            Verb(
                "train --network mlp --hidden 4 --dataset hdf5 --data d.h5 --batch 2 --max-steps 1 -o t.h5 --force",
                "--hidden", "--width"),
            Verb(
                "train --from m.h5 --dataset hdf5 --data d.h5 --batch 2 --max-steps 1 -o t.h5 --force", "--batch",
                "--pad-crop", "--warm-up", "--epochs"),
            Verb(
                "simulate --optimizers sgd --steps 10 --trials 4", "--trials", "--steps", "--early-steps", "--lr",
                "--l2", "--weight-decay", "--seed"),
            Verb(
                "reproduce width-cifar10 --data d.h5 --dataset hdf5 -o f --force", "--threads", "--epochs", "--seeds",
                "--scale-lambda", "--width", "--limit", "--test-limit"),
            Verb("convert d.h5 -o k.h5 --force", "--limit", "--resize", "--crop"),
        ])
    func numbers(verb: Verb) throws {
        for option in verb.options {
            var arguments = verb.arguments
            if let index = arguments.firstIndex(of: option) { arguments.removeSubrange(index...index + 1) }
            for number in Self.huge {
                let outcome = try deadwood(arguments + ["\(option)=\(number)"], in: folder)
                #expect(
                    [0, 1, 64].contains(outcome.status), "\(option) \(number): \(outcome.status) \(outcome.stderr)")
                let errors = outcome.failures.filter { $0.hasPrefix("Error: ") }
                if outcome.status == 1 {
                    #expect(
                        errors.count == 1 && outcome.failures.last == errors[0],
                        "\(option) \(number): \(outcome.stderr)")
                }
            }
        }
        #expect(try folder.hasNoTemporaryFiles)
    }

    @Test(
        "A batch beyond memory names what it takes, before the first of the list is measured and before anything is cut"
    )
    func benchmark() throws {
        try SmallModel().replacing("[null, 4, 4, 1]", with: "[null, 3000, 3000, 1]").write(to: folder.file("large.h5"))
        try folder.corpus("l.h5", ["x": ([1, 3000, 3000, 1], Array(repeating: 0.5, count: 9_000_000))])
        try fail(
            "benchmark", "large.h5", "--seconds", "60", "--batch", "1,65536", in: folder, saying: "MiB",
            "use a smaller batch")
        try fail(
            "compress", "large.h5", "-o", "c.h5", "--corpus", "l.h5", "--seconds", "60", "--batch", "1,65536",
            in: folder, saying: "MiB", "use a smaller batch")
        for batch in ["1000000", "1,1000000000000000000"] {
            let outcome = try deadwood("benchmark", "m.h5", "--batch", batch, in: folder)
            #expect(
                outcome.status == 64
                    && outcome.stderr.contains(
                        "--batch takes sizes up to 65536, not \(batch.split(separator: ",").last ?? "")"),
                "\(outcome.stderr)")
        }
    }

    @Test(
        "A small file with a huge input, window or padding is refused by every verb that would run it",
        arguments: [
            ("[null, 4, 4, 1]", "[null, 1000000, 1000000, 1]"), ("[null, 4, 4, 1]", "[null, 1048576, 1048576, 1]"),
            ("[null, 4, 4, 1]", "[null, 100000, 100000, 1]"),
            ("[null, 4, 4, 1]", "[null, 4611686018427387904, 4, 1]"),
            ("\"strides\": [1, 1]", "\"strides\": [1048576, 1048576]"),
            (
                "\"strides\": [1, 1], \"padding\": \"valid\"",
                "\"strides\": [1, 1], \"dilation_rate\": [1048576, 1048576], \"padding\": \"same\""
            ),
            (
                "{\"class_name\": \"ReLU\", \"config\": {\"name\": \"relu\"}}",
                "{\"class_name\": \"ZeroPadding2D\", \"config\": {\"name\": \"relu\", \"padding\": [1000000, 1000000]}}"
            ),
            (
                "{\"class_name\": \"ReLU\", \"config\": {\"name\": \"relu\"}}",
                "{\"class_name\": \"UpSampling2D\", \"config\": {\"name\": \"relu\", \"size\": [1000000, 1000000]}}"
            ),
            (
                "{\"class_name\": \"ReLU\", \"config\": {\"name\": \"relu\"}}",
                "{\"class_name\": \"MaxPooling2D\", \"config\": {\"name\": \"relu\", \"pool_size\": [1048576, 1048576], \"strides\": [1, 1], \"padding\": \"same\"}}"
            ),
        ])
    func configs(text: String, other: String) throws {
        try SmallModel().replacing(text, with: other).write(to: folder.file("h.h5"))
        let verbs = [
            ["inspect", "h.h5"], ["prune", "h.h5", "-o", "c.h5", "--force"],
            ["benchmark", "h.h5", "--seconds", "0.05", "--batch", "1"],
            ["compress", "h.h5", "-o", "c.h5", "--corpus", "d.h5", "--force", "--seconds", "0.05"],
            ["predict", "h.h5", "--input", "d.h5", "--output", "p.h5", "--force"],
            [
                "train", "--from", "h.h5", "--dataset", "hdf5", "--data", "d.h5", "--batch", "2", "--max-steps", "1",
                "-o", "t.h5", "--force",
            ],
        ]
        for arguments in verbs {
            let outcome = try deadwood(arguments, in: folder)
            #expect([0, 1].contains(outcome.status), "\(arguments[0]): \(outcome.status) \(outcome.stderr)")
            if outcome.status == 1 { #expect(outcome.failures.count == 1, "\(arguments[0]): \(outcome.stderr)") }
        }
    }
}
