// swift-tools-version: 6.2
import PackageDescription

/// Targets that hold raw pointers by design: the C library's door, the tensor's handle, the kernels.
let unsafe: [SwiftSetting] = []
/// Everything else marks each unsafe expression, or holds none.
let safe: [SwiftSetting] = [.strictMemorySafety()]

/// The floors of the house, lowest first: a target imports only from floors below its own.
let floors = [
    ["Threads", "Tensors", "Files"], ["MicrokernelInterface", "Graphs", "HDF5"],
    ["MicrokernelsAVX512", "MicrokernelsAVX2", "MicrokernelsBaseline", "HDF5Writing"], ["Kernels"],
    ["Checkpoints", "Datasets", "Networks"], ["Sparsity"], ["Surgery", "Benchmarks"], ["Training"], ["Compression"],
    ["Experiments"], ["Reports"],
]

/// A target of the house: the folder list is the architecture.
func module(
    _ name: String, _ dependencies: [Target.Dependency] = [], settings: [SwiftSetting] = safe
) -> Target {
    func floor(_ name: String) -> Int { floors.firstIndex { $0.contains(name) } ?? -1 }
    for case let .byNameItem(other, _) in dependencies {
        precondition(floor(other) < floor(name), "\(name) may not import \(other), which is no floor below it")
    }
    return .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], settings: [SwiftSetting] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: [.byName(name: name), "TestSupport"] + dependencies,
        swiftSettings: settings)
}

/// The microkernels for one instruction set: a link to `Sources/Microkernels`, the files that all of them are built from.
func microkernels(_ name: String, _ settings: SwiftSetting...) -> Target {
    .target(
        name: name, dependencies: ["CProcessor", "MicrokernelInterface"],
        swiftSettings: [.unsafeFlags(["-Ounchecked"])] + settings)
}

#if arch(x86_64)
let instructionSets: [Target] = [
    microkernels("MicrokernelsAVX512", .define("AVX512"), .unsafeFlags(["-Xcc", "-march=x86-64-v4"])),
    microkernels("MicrokernelsAVX2", .define("AVX2"), .unsafeFlags(["-Xcc", "-march=x86-64-v3"])),
    microkernels("MicrokernelsBaseline"),
]
#else
let instructionSets: [Target] = [microkernels("MicrokernelsBaseline")]
#endif

let ordered: Target.Dependency = .product(name: "OrderedCollections", package: "swift-collections")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "deadwood",
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", exact: "2.1.1"),
    ],
    targets: [
        // Ground: module maps and shims of system libraries; what the process does when it is refused memory.
        .systemLibrary(name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"])]),
        .systemLibrary(name: "CLibzip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
        .systemLibrary(name: "CProcessor"),
        .target(name: "CMemory"),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CTurboJPEG", pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"])]),
        .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
        // The floors, lowest first.
        module("Threads"),
        module("Tensors", settings: unsafe),
        module("Files"),
        module("HDF5", ["Tensors", "Files", "CZlib"]),
        module("HDF5Writing", ["Files", "HDF5", "CHDF5"], settings: unsafe),
        module("MicrokernelInterface", settings: unsafe),
        module(
            "Kernels",
            ["Threads", "CProcessor", "MicrokernelInterface"] + instructionSets.map { .byName(name: $0.name) },
            settings: unsafe),
        module("Graphs", ["Tensors"]),
        module("Checkpoints", ["Graphs", "Tensors", "Files", "HDF5", "HDF5Writing", "CLibzip", ordered]),
        module(
            "Datasets",
            ["Threads", "Tensors", "Graphs", "Files", "HDF5", "HDF5Writing", "CZlib", "CTurboJPEG", "CPNG"]),
        module("Networks", ["Graphs", "Tensors", "Kernels"]),
        module("Sparsity", ["Graphs", "Tensors", "Kernels", "Networks", "Datasets"]),
        module("Surgery", ["Graphs", "Tensors", "Networks", "Datasets", "Sparsity"]),
        module("Benchmarks", ["Graphs", "Tensors", "Kernels", "Networks"]),
        module("Training", ["Graphs", "Tensors", "Files", "HDF5", "HDF5Writing", "Kernels", "Networks", "Datasets"]),
        module(
            "Compression",
            [
                "Graphs", "Checkpoints", "Datasets", "Kernels", "Networks", "Sparsity", "Surgery", "Benchmarks",
                "Training",
            ]),
        module(
            "Experiments",
            [
                "Graphs", "Tensors", "Files", "Checkpoints", "Networks", "Datasets", "Sparsity", "Surgery", "Training",
                "Compression",
            ]),
        module(
            "Reports",
            [
                "Graphs", "Datasets", "Networks", "Sparsity", "Surgery", "Benchmarks", "Training", "Compression",
                "Experiments", .product(name: "Mustache", package: "swift-mustache"),
            ]),
        // The command line: parse, call, render.
        .executableTarget(
            name: "deadwood",
            dependencies: [
                "CMemory", "Threads", "Files", "Checkpoints", "Datasets", "Kernels", "Networks", "Sparsity", "Surgery",
                "Benchmarks",
                "Training", "Compression", "Experiments", "Reports", arguments,
            ],
            swiftSettings: safe),

        // How fast the kernels are, one by one: swift run -c release kernel-benchmarks
        .executableTarget(name: "kernel-benchmarks", dependencies: ["Kernels"], path: "Sources/KernelBenchmarks"),

        // What the tests of several targets make things with: graphs, random weights, files in temporary folders.
        .target(
            name: "TestSupport", dependencies: ["Graphs", "Tensors", "HDF5", "HDF5Writing"], path: "Tests/TestSupport"),
        tests("Tensors", []),
        tests("HDF5", ["HDF5Writing", "CHDF5"]),
        tests("Files", []),
        tests("Kernels", ["MicrokernelInterface"]),
        tests("Graphs", ["Tensors"]),
        tests("Checkpoints", ["Graphs", "Tensors", "Files", "HDF5", "HDF5Writing"]),
        tests("Datasets", ["Tensors", "Graphs", "Files", "HDF5", "HDF5Writing"]),
        tests("Networks", ["Graphs", "Tensors"]),
        tests("Sparsity", ["Graphs", "Tensors", "Networks", "Datasets"]),
        tests("Surgery", ["Graphs", "Tensors", "Networks", "Checkpoints"]),
        tests("Benchmarks", []),
        // Its networks in Float64 take minutes without optimization.
        tests(
            "Training", ["Graphs", "Tensors", "HDF5", "HDF5Writing", "Kernels", "Checkpoints", "Networks", "Datasets"],
            settings: [.unsafeFlags(["-O"])]),
        tests("Compression", ["Benchmarks", "Checkpoints", "Datasets", "Networks", "Sparsity", "Surgery", "Training"]),
        tests("Experiments", ["HDF5", "HDF5Writing", "Tensors", "Datasets", "Training"]),
        tests("Reports", ["Graphs", "Benchmarks", "Training", "Experiments"]),
        .testTarget(
            name: "DeadwoodTests", dependencies: ["deadwood", "HDF5", "HDF5Writing", "Tensors", "TestSupport"]),
    ] + instructionSets,
    swiftLanguageModes: [.v6])

// Targets of libFuzzer have no main of their own: tools/fuzz --libfuzzer alone asks for them.
if Context.environment["DEADWOOD_LIBFUZZER"] != nil {
    let fuzzed = [("JSON", "Checkpoints"), ("HDF5", "HDF5"), ("Checkpoint", "Checkpoints"), ("Images", "Datasets")]
    package.targets.append(.target(name: "FuzzingSupport", path: "Tests/Fuzzing/Support"))
    package.targets += fuzzed.map { name, module in
        .executableTarget(
            name: "fuzz-\(name)", dependencies: [.byName(name: module), "FuzzingSupport"], path: "Tests/Fuzzing",
            exclude: fuzzed.map { "\($0.0).swift" }.filter { $0 != "\(name).swift" } + ["Support"],
            sources: ["\(name).swift"], swiftSettings: safe + [.unsafeFlags(["-parse-as-library"])])
    }
}
