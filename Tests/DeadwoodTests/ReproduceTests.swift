import Foundation
import TestSupport
import Testing

/// Experiments of the papers on a hundred made-up images.
@Suite struct ReproduceTests {
    private let folder = TemporaryFolder()

    init() throws {
        try folder.hdf5("data.h5") { root in
            for (name, count) in [("train", 120), ("test", 20)] {
                let pixels = (0..<count * 192).map { (index: Int) -> UInt8 in
                    let image = index / 192, noise = index * 7919 % 40
                    return UInt8((image * 25 + noise) % 256)
                }
                try root.add("x_\(name)", [count, 8, 8, 3], pixels)
                try root.add("y_\(name)", [count], (0..<count).map { UInt8($0 % 10) })
            }
        }
    }

    private func arguments(epochs: String) -> [String] {
        [
            "reproduce", "table1-cifar10", "--rows", "adam-l2-1e-3,adam-none", "--dataset", "hdf5", "--data", "data.h5",
            "-o", "out", "--width", "0.03", "--epochs", epochs, "--threads", "1",
        ]
    }

    @Test("A table shows the paper's numbers beside ours, and the laws; a second time nothing is trained")
    func table() throws {
        let first = try deadwood(arguments(epochs: "1,1"), in: folder)
        #expect(first.status == 0, "\(first.stderr)")
        for part in [
            "paper: act", "ours: act", "law 1, without regularization", "steps · λ", "no rows here that speak to law",
        ] { #expect(first.stdout.contains(part), "\(first.stdout)") }
        #expect(first.stderr.contains("adam-none, seed 0 (2 of 2)") && first.stderr.contains("epoch 2/2"))
        #expect(first.stdout.contains(/adam-l2-1e-3 +85\.0 +83\.0 +13\.1 +– +– +/))
        for file in [
            "table1-cifar10-adam-none-seed0.h5", "table1-cifar10-adam-none-seed0.json", "table1-cifar10-summary.md",
            "table1-cifar10-summary.json",
        ] { #expect(folder.exists("out/\(file)"), "\(file)") }
        #expect(try folder.text("out/table1-cifar10-summary.md").contains("| adam-none |"))
        let second = try succeed(arguments(epochs: "1,1"), in: folder)
        #expect(second.stdout == first.stdout)
        try fail(
            arguments(epochs: "2,1"), in: folder,
            saying: ["out/table1-cifar10-adam-l2-1e-3-seed0.json", "other settings", "--force"])
        #expect(
            try succeed(["evaluate", "out/table1-cifar10-adam-none-seed0.h5", "--data", "data.h5:x_test"], in: folder)
                .stdout.contains("20 images"))
    }

    @Test("Ctrl-C saves and ends with 130, and leaves what is needed to go on")
    func interruption() throws {
        let command = try Command(arguments(epochs: "100000"), in: folder)
        let state = "out/table1-cifar10-adam-l2-1e-3-seed0.h5.training"
        for _ in 0..<600 where !folder.exists(state) { usleep(100_000) }
        command.send(SIGINT)
        let outcome = try command.wait()
        #expect(
            outcome.status == 130 && outcome.stdout.isEmpty && outcome.stderr.contains("the same command goes on"),
            "\(outcome.stderr)")
        #expect(folder.exists(state) && !folder.exists("out/table1-cifar10-summary.md"))
        #expect(try folder.hasNoTemporaryFiles)
    }

    @Test("The lists name every experiment, and the rows of one with the paper's numbers")
    func list() throws {
        let all = try succeed("reproduce", "--list", in: folder).stdout
        for name in ["table1-cifar10", "layers-cifar100", "vgg16-cifar10", "figures-cifar10", "yaguchi", "figure4"] {
            #expect(all.contains("\n\(name) "))
        }
        #expect(
            try succeed("reproduce", "--list", "width-cifar10", in: folder).stdout.contains(
                "adam-l2-1e-4-0.25x           –  23.0   13.4"))
    }

    @Test("Data that does not fit the experiment, or is not there, is refused and nothing is left")
    func data() throws {
        try fail(
            "reproduce", "table1-cifar100", "--dataset", "hdf5", "--data", "data.h5", "-o", "out", in: folder,
            saying: "data.h5: has 10 classes, table1-cifar100 is about 100")
        try fail("reproduce", "table1-cifar10", "--data", "nothing", "-o", "out", in: folder, saying: "nothing")
        try fail(
            "reproduce", "table1-cifar10", "--dataset", "hdf5", "--data", "data.h5", "-o", "out", "--epochs", "1",
            "--scale-lambda", "steps", in: folder, saying: "λ would be", "more epochs")
    }
}
