import Foundation
import HDF5
import Tensors
import TestSupport
import Testing
@testable import Datasets

/// Twelve images of 1×2 pixels in one channel: image i holds 2i and 2i + 1, and has label i % 3.
@Suite struct TrainingOrder {
    let folder = TemporaryFolder()
    let path: String

    init() throws {
        path = try folder.hdf5 {
            try $0.add("x", [12, 1, 2, 1], counting(24))
            try $0.add("y", [12], (0..<12).map { Double($0 % 3) })
        }
    }

    private func open(_ options: TrainingDataOptions = .init()) throws -> TrainingData {
        try TrainingData.open(.hdf5, path: path, options: options)
    }

    @Test("An epoch shows every image once with its label, in an order of its own")
    func once() throws {
        let data = try open()
        #expect(
            data.count == 12 && data.classes == 3 && data.inputShape == [1, 2, 1] && data.test == nil
                && data.stepsPerEpoch(batch: 5) == 2)
        var orders: [[Float]] = []
        for (epoch, seed) in [(0, 1), (1, 1), (0, 2)] as [(Int, UInt64)] {
            let batches = try data.batches(epoch: epoch, size: 3, seed: seed).rest()
            #expect(batches.map(\.images.shape) == Array(repeating: [3, 1, 2, 1], count: 4))
            let values = batches.flatMap { $0.images.elements },
                first = stride(from: 0, to: 24, by: 2).map { values[$0] }
            #expect(first.sorted() == stride(from: 0, to: 24, by: 2).map { Float($0) })
            #expect(batches.flatMap(\.labels) == first.map { Int32($0) / 2 % 3 })
            orders.append(first)
        }
        #expect(Set(orders).count == 3)
    }

    @Test("The incomplete batch at the end is left out; a batch larger than the set makes none")
    func incomplete() throws {
        let data = try open()
        #expect(try data.batches(epoch: 0, size: 5, seed: 1).rest().count == 2)
        #expect(try data.batches(epoch: 0, size: 13, seed: 1).next() == nil)
        #expect(try data.batches(epoch: 0, size: 5, seed: 1, from: 7).next() == nil)
    }

    @Test("Without a thread that makes batches the reader does, in order, and goes on behind one that fails")
    func alone() throws {
        let failure = DatasetError.notFinite(path: "x", image: 5)
        let batches = TrainingBatches(steps: 2..<9, ahead: 2, threads: 0) { step in
            if step == 5 { throw failure }
            return TrainingBatch(images: Tensor([Float(step)]), labels: [])
        }
        for step in 2..<5 { #expect(try batches.next()?.images == Tensor([Float(step)])) }
        #expect(throws: failure) { try batches.next() }
        #expect(try batches.rest().map(\.images) == (6..<9).map { Tensor([Float($0)]) })
    }

    @Test("Every order of three is about as likely: six of them over 1,200 epochs")
    func uniform() throws {
        let data = try open(.init(limit: 3))
        var counts: [[Int]: Int] = [:]
        for epoch in 0..<1200 { counts[data.order(epoch: epoch, seed: 5), default: 0] += 1 }
        #expect(counts.count == 6 && counts.values.allSatisfy { (150...250).contains($0) })
    }

    @Test("Half of the images are flipped, others in another epoch")
    func flips() throws {
        let data = try open(.init(flips: true))
        let flipped = try (0..<100).map { epoch in
            try data.batches(epoch: epoch, size: 4, seed: 3).rest().flatMap { batch in
                try (0..<4).map { image in
                    let (a, b) = (batch.images[2 * image], batch.images[2 * image + 1])
                    try #require(abs(a - b) == 1 && min(a, b).truncatingRemainder(dividingBy: 2) == 0)
                    return a > b
                }
            }
        }
        #expect((500...700).contains(flipped.joined().count { $0 }))
        #expect(Set(flipped).count > 90)
        #expect(
            try open().batches(epoch: 0, size: 12, seed: 3).rest()[0].images.elements.enumerated().allSatisfy {
                Int($1) % 2 == $0 % 2
            })
    }

    @Test("A limit takes the first images; the classes stay those of all")
    func limit() throws {
        let data = try open(.init(limit: 2))
        #expect(data.count == 2 && data.classes == 3)
        #expect(try Set(data.batches(epoch: 0, size: 2, seed: 1).rest()[0].images.elements) == [0, 1, 2, 3])
    }

    @Test("Values that are not finite are named by their image when they are met")
    func notFinite() throws {
        let path = try folder.hdf5("nan.h5") {
            try $0.add("x", [3, 1, 1, 2], [0, 1, .nan, 3, 4, 5], as: .float32)
            try $0.add("y", [3], [0, 1, 2])
        }
        #expect(throws: DatasetError.notFinite(path: path, image: 1)) {
            try TrainingData.open(.hdf5, path: path).batches(epoch: 0, size: 3, seed: 1).next()
        }
    }

    @Test("Labels that are missing or out of range are refused before training")
    func labels() throws {
        let none = try folder.hdf5("none.h5") { try $0.add("x", [2, 1, 1, 1], [1, 2]) }
        #expect(throws: DatasetError.notLabelled(path: none)) { try TrainingData.open(.hdf5, path: none) }
        let test = try folder.hdf5("test.h5") {
            for (part, label) in [("train", 1), ("test", 2)] {
                try $0.add("x_\(part)", [2, 1, 1, 1], [1, 2])
                try $0.add("y_\(part)", [2], [0, Double(label)])
            }
        }
        #expect(
            throws: DatasetError.invalidLabel(
                path: test, dataset: "labels", image: 1, reason: "found 2, there are 2 classes")
        ) { try TrainingData.open(.hdf5, path: test) }
        let huge = try folder.hdf5("huge.h5") {
            try $0.add("x", [2, 1, 1, 1], [1, 2])
            try $0.add("y", [2], [0, 1e15], as: .int64)
        }
        #expect(throws: DatasetError.self) { try TrainingData.open(.hdf5, path: huge) }
    }
}

@Suite struct TrainingAugmentation {
    let folder = TemporaryFolder()

    /// CIFAR-10 with 20 training images, every pixel of its own, and a test image.
    private func cifar(_ options: TrainingDataOptions = .init()) throws -> TrainingData {
        var generator = SeededGenerator(seed: 9)
        for file in 1...5 {
            var records: [UInt8] = []
            for label: UInt8 in [1, 3, 5, 7] {
                records += [label] + (0..<3072).map { _ in UInt8(generator.next() >> 56) }
            }
            try folder.write("cifar-10-batches-bin/data_batch_\(file).bin", records)
        }
        try folder.write("cifar-10-batches-bin/test_batch.bin", cifarRecord([9], [10, 20, 30]))
        return try TrainingData.open(.cifar10, path: folder.path, options: options)
    }

    @Test(
        "Batches from the middle of an epoch are those of the whole epoch, bit for bit",
        arguments: [.none, .padded(by: 4), .square(24)] as [TrainingDataOptions.Crop])
    func resumption(crop: TrainingDataOptions.Crop) throws {
        let data = try cifar(.init(crop: crop)), whole = try data.batches(epoch: 3, size: 4, seed: 7).rest()
        #expect(whole.count == 5)
        for (step, ahead) in [(0, 1), (2, 1), (4, 9)] {
            let rest = try data.batches(epoch: 3, size: 4, seed: 7, from: step, ahead: ahead).rest()
            #expect(
                rest.map(\.images) == whole[step...].map(\.images) && rest.map(\.labels) == whole[step...].map(\.labels)
            )
        }
    }

    @Test("CIFAR is normalized per channel and flipped, its test set normalized alike")
    func normalization() throws {
        let data = try cifar()
        #expect(
            data.classes == 10 && data.classNames?[9] == "truck" && data.inputShape == [32, 32, 3]
                && data.augmentation.flips)
        let test = try #require(data.test), batch = try test.batch(0..<1),
            wanted = Preprocessing(scale: 1 / 255, mean: [0.4914, 0.4822, 0.4465], std: [0.247, 0.2435, 0.2616])
        #expect(batch.labels == [9] && data.preprocessing == wanted && test.preprocessing == wanted)
        let green: Float = (20 / 255 - 0.4822) / 0.2435
        #expect(abs(batch.images[1] - green) < 1e-6)
        let plain = try cifar(.init(flips: false, preprocessing: .init(scale: 2, mean: [1], std: [4])))
        let same = try Corpus.open("\(folder.path):train", overrides: .init(scale: 2, mean: [1], std: [4])).batch(
            0..<20)
        let order = plain.order(epoch: 0, seed: 1),
            shuffled = try #require(try plain.batches(epoch: 0, size: 20, seed: 1).next())
        #expect(shuffled.images == same.images.gathered(axis: 0, order))
        #expect(shuffled.labels == order.map { Int32(same.labels?[$0] ?? -1) })
    }

    @Test("Blue, green, red reach a network in training as in a corpus, and so says the note")
    func order() throws {
        let options = TrainingDataOptions(flips: false, preprocessing: .init(preset: .caffe)), data = try cifar(options)
        let same = try Corpus.open("\(folder.path):train", overrides: .init(preset: .caffe)).batch(0..<20),
            order = data.order(epoch: 0, seed: 1)
        #expect(try data.batches(epoch: 0, size: 20, seed: 1).next()?.images == same.images.gathered(axis: 0, order))
        #expect(
            try Preprocessing(notes: data.notes, path: "m.h5") == PixelPreset.caffe.preprocessing
                && data.feeding.from == .flags)
    }

    @Test("A model that is trained further is fed as it was; what is usual goes before nothing but nobody")
    func further() throws {
        let note = Preprocessing(scale: 3), noted = try cifar(.init(model: ModelPixels(note: note)))
        #expect(noted.feeding.from == .modelNote && noted.test?.preprocessing == note && noted.feeding.warnings.isEmpty)
        let silent = try cifar(.init(model: ModelPixels()))
        #expect(
            silent.feeding.from == .usual && silent.feeding.warnings.count == 1
                && silent.feeding.warnings[0].contains("as is usual for such data"))
        #expect(try cifar().feeding.from == .usual && cifar().feeding.warnings.isEmpty)
        #expect(
            try cifar(.init(preprocessing: .init(std: [2]), model: ModelPixels(note: note))).preprocessing
                == Preprocessing(std: [2]))
    }

    @Test("A padded crop moves the image, black where there is nothing, as far as the padding")
    func padding() throws {
        let data = try cifar(
            .init(flips: false, crop: .padded(by: 2), preprocessing: .init(scale: 1, mean: [0], std: [1])))
        let images = try Corpus.open("\(folder.path):train").batch(0..<20).images
        func green(_ tensor: Tensor, _ image: Int, _ y: Int, _ x: Int) -> Float {
            (0..<32).contains(y) && (0..<32).contains(x) ? tensor[((image * 32 + y) * 32 + x) * 3 + 1] : 0
        }
        func isMoved(_ batch: Tensor, _ position: Int, from index: Int, by move: [Int]) -> Bool {
            let places = [[0, 0], [0, 31], [31, 0], [31, 31], [3, 20], [17, 9]]
            return places.allSatisfy {
                green(batch, position, $0[0], $0[1]) == green(images, index, $0[0] + move[0], $0[1] + move[1])
            }
        }
        let possible: [[Int]] = (0..<25).map { [$0 / 5 - 2, $0 % 5 - 2] }
        var moves: Set<[Int]> = []
        for epoch in 0..<20 {
            let order = data.order(epoch: epoch, seed: 1),
                batch = try #require(try data.batches(epoch: epoch, size: 20, seed: 1).next()).images
            for (position, index) in order.prefix(5).enumerated() {
                let matches = possible.filter { isMoved(batch, position, from: index, by: $0) }
                #expect(matches.count == 1)
                moves.formUnion(matches)
            }
        }
        #expect(moves.count > 20)
    }

    @Test(
        "Pictures are resized, cropped by chance and flipped; test pictures cropped in the middle; threads make no difference"
    )
    func pictures() throws {
        let options = TrainingDataOptions(
            crop: .square(14), resize: 16, preprocessing: .init(scale: 1, mean: [0], std: [1]))
        let data = try TrainingData.open(.folder, path: fixture("pictures"), options: options)
        #expect(
            data.count == 9 && data.inputShape == [14, 14, 3] && data.classNames == ["cat", "dog"]
                && data.test?.inputShape == [14, 14, 3])
        let batches = try data.batches(epoch: 0, size: 3, seed: 1, ahead: 3).rest()
        #expect(
            try batches.map(\.images)
                == (0..<3).map {
                    try data.batch(data.order(epoch: 0, seed: 1)[($0 * 3)..<($0 * 3 + 3)], epoch: 0, seed: 1).images
                })
        let test = try expectedPicture("val/cat/a.png").resized(height: 16, width: 16).croppedToCentre(14)
        #expect(try data.test?.batch(0..<1).images.elements == test.bytes.map { Float($0) })
    }

    @Test("A broken picture ends the epoch at its step with its name; the batches before it come")
    func brokenPicture() throws {
        for index in 0..<6 {
            try folder.write(
                "a/\(index).png", [UInt8](try Data(contentsOf: URL(filePath: fixture("pictures/train/dog/a.png")))))
        }
        let data = try TrainingData.open(.folder, path: folder.path),
            last = try #require(data.order(epoch: 0, seed: 1).last)
        let path = try folder.write("a/\(last).png", [1, 2, 3]), batches = data.batches(epoch: 0, size: 2, seed: 1)
        for _ in 0..<2 { #expect(try batches.next() != nil) }
        #expect(throws: DatasetError.notDecodable(path: path, reason: "it begins neither as a JPEG nor as a PNG file"))
        { try batches.next() }
    }

    @Test("Fashion-MNIST, packed by gzip: pixels over 255, no flips, ten classes with names")
    func fashion() throws {
        try folder.write("train-images-idx3-ubyte", idx([2, 1, 2], [0, 51, 102, 255]))
        try folder.write(
            "train-labels-idx1-ubyte.gz",
            [
                31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 99, 96, 224, 96, 100, 96, 96, 96, 226, 228, 4, 0, 244, 175, 130, 61,
                10, 0, 0, 0,
            ])
        let data = try TrainingData.open(.fashionMNIST, path: folder.path)
        #expect(
            data.classes == 10 && data.classNames?[9] == "Ankle boot" && data.inputShape == [1, 2, 1]
                && data.test == nil)
        let batch = try #require(try data.batches(epoch: 0, size: 2, seed: 1).next())
        #expect(batch.images.elements.sorted() == [0, 0.2, 0.4, 1] && batch.labels.sorted() == [9, 9])
    }

    @Test("Data of another kind than asked for, and crops larger than images, are refused")
    func refused() throws {
        _ = try cifar()
        #expect(
            throws: DatasetError.unknownFolder(path: folder.path, reason: "there is no training set of mnist in it")
        ) { try TrainingData.open(.mnist, path: folder.path) }
        #expect(throws: DatasetError.notFound(path: "/nowhere")) { try TrainingData.open(.folder, path: "/nowhere") }
        #expect(throws: DatasetError.self) { try cifar(.init(crop: .square(33))) }
        try folder.write("cifar-10-batches-bin/test_batch.bin", cifarRecord([10], [1, 2, 3]))
        #expect(throws: DatasetError.self) { try TrainingData.open(.cifar10, path: folder.path) }
    }
}
