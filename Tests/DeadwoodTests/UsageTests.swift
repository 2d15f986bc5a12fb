import Foundation
import TestSupport
import Testing

/// Help, and what is told to those who call the tool wrongly.
@Suite struct UsageTests {
    private let folder = TemporaryFolder()

    @Test("The help of the tool and of every verb, whole screens of 80 columns", arguments: helpScreens.keys.sorted())
    func help(verb: String) throws {
        let outcome = try deadwood(verb.split(separator: " ").map(String.init) + ["--help"], in: folder)
        #expect(outcome.status == 0 && outcome.stderr.isEmpty)
        #expect(outcome.stdout == helpScreens[verb])
        #expect(outcome.stdout.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }

    @Test("Without a verb the help appears, and the version has three numbers")
    func root() throws {
        #expect(try deadwood(in: folder).stdout == deadwood("--help", in: folder).stdout)
        #expect(try deadwood("--version", in: folder).stdout.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
    }

    struct Mistake: CustomTestStringConvertible {
        let arguments: [String]
        let says: String
        let usage: String
        var testDescription: String { arguments.joined(separator: " ") }

        init(_ line: String, _ says: String) {
            arguments = line.split(separator: " ").map(String.init)
            self.says = says
            usage = arguments.first.map { "Usage: deadwood \($0) " } ?? "Usage: deadwood <subcommand>"
        }
    }

    @Test(
        "Wrong usage ends with 64, what is wrong, and the verb's usage",
        arguments: [
            Mistake("inspect", "Missing expected argument '<model>'"),
            Mistake("inspect a.h5 --machine", "--machine shows the machine, not 'a.h5': leave out one of them."),
            Mistake("inspect a.h5 b.h5", "Unexpected argument 'b.h5'"),
            Mistake("inspect a.h5 --jsn x", "Unknown option '--jsn'"),
            Mistake("predict a.h5 --input x.h5", "Missing expected argument '--output <file>'"),
            Mistake("predict a.h5 --output y.h5", "Missing expected argument '--input <file[:dataset]> ...'"),
            Mistake("predict a.h5 --input x.h5 --output y.h5 --batch 0", "--batch takes a positive number, not 0."),
            Mistake("predict a.h5 --input x.h5 --output y.h5 --threads -1", "--threads"),
            Mistake("predict a.h5 --input x.h5 --output y.h5 --limit 0", "--limit takes a positive number, not 0."),
            Mistake(
                "predict a.h5 --input x.h5 --output y.h5 --mean a", "'a' is not a list of numbers like 0.5,0.5,0.5."),
            Mistake(
                "predict a.h5 --input x.h5 --output y.h5 --pixels 0..2",
                "The value '0..2' is invalid for '--pixels <preset>'"),
            Mistake(
                "evaluate a.h5 --data x.h5 --pixels -1..1 --mean -1",
                "--pixels says it all: leave it out, or --scale, --mean and --std."),
            Mistake(
                "train --network mlp --dataset hdf5 --data x -o m.h5 --pixels caffe --scale 1", "--pixels says it all"),
            Mistake("evaluate a.h5", "Missing expected argument '--data <file[:dataset]> ...'"),
            Mistake(
                "analyze a.h5 --criteria scale,size",
                "'size' is no criterion; choose from scale, weight, unread, statistics, activation, range."),
            Mistake(
                "analyze a.h5 --criteria activation", "The criterion 'activation' looks at data: add --corpus FILE"),
            Mistake("analyze a.h5 --sensitivity", "--sensitivity looks at data: add --corpus FILE."),
            Mistake("analyze a.h5 --corpus x --select li", "--select belongs to --sensitivity."),
            Mistake("analyze a.h5 --scale-threshold nan", "--scale-threshold takes a number from 0, not nan."),
            Mistake("prune a.h5", "Missing expected argument '--output <output>'"),
            Mistake("prune a.h5 -o c.h5 --tolerance -1", "--tolerance"),
            Mistake(
                "prune a.h5 -o c.h5 --criteria activation",
                "The criterion 'activation' looks at data: add --corpus FILE"),
            Mistake("prune a.h5 -o c.h5 --select li", "--select li needs --fraction, the part of the filters to cut."),
            Mistake(
                "prune a.h5 -o c.h5 --select l1 --fraction 0.5", "The value 'l1' is invalid for '--select <method>'"),
            Mistake("prune a.h5 -o c.h5 --select li --fraction 1.5", "--fraction takes a number from 0 to 1, not 1.5."),
            Mistake("prune a.h5 -o c.h5 --select li --fraction nan", "--fraction takes a number from 0 to 1, not nan."),
            Mistake(
                "prune a.h5 -o c.h5 --select li --fraction 0.5 --keep-at-least 0",
                "--keep-at-least takes a positive number, not 0."),
            Mistake("prune a.h5 -o c.h5 --select li --fraction 0.5 --seed 2", "--seed belongs to --select random."),
            Mistake(
                "prune a.h5 -o c.h5 --fraction 0.5",
                "--fraction, --scope, --seed and --keep-at-least belong to --select."),
            Mistake(
                "prune a.h5 -o c.h5 --select apoz --fraction 0.5", "--select apoz looks at data: add --corpus FILE."),
            Mistake(
                "prune a.h5 -o c.h5 --macs 60% --error 1 --fraction 0.5 --select li --corpus x",
                "--fraction and --macs and --error both say how much is cut"),
            Mistake("prune a.h5 -o c.h5 --macs 0", "'0' is not a part of the dense model's like 60% or 0.6"),
            Mistake("prune a.h5 -o c.h5 --parameters 110%", "'110%' is not a part of the dense model's"),
            Mistake("prune a.h5 -o c.h5 --bytes 2XB", "'2XB' is not a length like 2MB, 1MiB or 2000000"),
            Mistake("prune a.h5 -o c.h5 --latency 3h", "'3h' is not a part of the dense model's time like 0.6"),
            Mistake("prune a.h5 -o c.h5 --error +x", "'+x' is not percentage points like +0.5."),
            Mistake("prune a.h5 -o c.h5 --error 0.5", "--error looks at data: add --corpus FILE."),
            Mistake("prune a.h5 -o c.h5 --macs 60% --seed 2", "--seed belongs to --select random."),
            Mistake(
                "prune a.h5 -o c.h5 --select taylor --macs 60%", "--select taylor looks at data: add --corpus FILE."),
            Mistake("prune a.h5 -o c.h5 --recalibrate", "--recalibrate looks at data: add --corpus FILE."),
            Mistake("prune a.h5 -o c.h5 --align 5", "The value '5' is invalid for '--align <4|8|16|auto>'"),
            Mistake("compress a.h5 -o c.h5", "Missing expected argument '--corpus <file[:dataset]> ...'"),
            Mistake("convert a", "Missing expected argument '--output <output>'"),
            Mistake("convert a -o b.h5 --resize 0", "--resize takes a positive number, not 0."),
            Mistake("reproduce", "Give the name of an experiment; --list shows them."),
            Mistake("reproduce table99", "there is no experiment 'table99'; known are table1-cifar10"),
            Mistake(
                "reproduce width-cifar10",
                "width-cifar10 needs --data, the images to learn from, and -o, a folder for models and results."),
            Mistake(
                "reproduce width-cifar10 --rows adam --data d -o f",
                "width-cifar10 has no row 'adam'; its rows are adam-l2-1e-4, adam-l2-1e-4-0.5x"),
            Mistake("reproduce width-cifar10 --data d -o f --epochs 0,0", "'0,0' is not a list of epochs like 25,5."),
            Mistake("reproduce width-cifar10 --data d -o f --seeds 1,1", "'1,1' is not a list of seeds like 0,1."),
            Mistake(
                "reproduce width-cifar10 --data d -o f --scale-lambda 0",
                "--scale-lambda takes 'steps' or a number above 0 like 10, not '0'."),
            Mistake(
                "reproduce width-cifar10 --data d -o f --width 0",
                "--width takes a number above 0, at most 16, not 0.0."),
            Mistake("benchmark", "Missing expected argument '<models> ...'"),
            Mistake("benchmark a.h5 --batch 1,x", "'1,x' is not a list of positive numbers like 1,32."),
            Mistake("benchmark a.h5 --threads 0", "'0' is not a list of positive numbers like 1,32."),
            Mistake("benchmark a.h5 --backend cuda", "The value 'cuda' is invalid for '--backend <name>'"),
            Mistake("benchmark a.h5 --seconds 0", "--seconds takes a positive number, not 0.0."),
            Mistake("benchmark a.h5 --seconds 1e308", "--seconds takes at most 86400, a day, not 1e+308."),
            Mistake("benchmark a.h5 --threads 1,1000000000", "--threads takes at most 128, not 1000000000."),
            Mistake("evaluate a.h5 --data d.h5 --threads 129", "--threads takes at most 128, not 129."),
            Mistake("simulate --lr nan", "--lr takes a number that is not negative, not nan."),
            Mistake("simulate --weight-decay inf", "--weight-decay takes a number that is not negative, not inf."),
            Mistake("simulate --early-steps=-1", "--early-steps takes a number that is not negative, not -1."),
            Mistake(
                "train --network mlp --dataset hdf5 --data d.h5 -o m.h5 --l2=-1",
                "--l2 takes a number that is not negative, not -1.0."),
            Mistake(
                "simulate --trials 1000000 --steps 100000000",
                "more than 100000000000 draws, hours of work: take fewer."),
            Mistake(
                "train --network mlp --dataset hdf5 --data d.h5 -o m.h5 --history h.txt",
                "--history takes a file that ends in .json or .csv, not 'h.txt'."),
            Mistake(
                "train --network mlp --dataset hdf5 --data d.h5 -o m.h5 --epochs 900000,900000",
                "'900000,900000' are more than 1000000 epochs."),
        ])
    func mistakes(_ mistake: Mistake) throws {
        let outcome = try deadwood(mistake.arguments, in: folder)
        #expect(outcome.status == 64 && outcome.stdout.isEmpty)
        #expect(outcome.stderr.hasPrefix("Error: "))
        #expect(outcome.stderr.contains(mistake.says), "\(outcome.stderr)")
        #expect(outcome.stderr.contains("\n\(mistake.usage)"), "\(outcome.stderr)")
    }

    @Test("A verb that does not exist is refused with the verbs' way out")
    func unknownVerb() throws {
        let outcome = try deadwood("inspekt", in: folder)
        #expect(
            outcome.status == 64 && outcome.stderr.contains("'inspekt'") && outcome.stderr.contains("deadwood --help"))
    }
}
