/// The JSON that others rely on. What is not optional here must be in it.

struct Inspection: Decodable {
    struct Port: Decodable { let name: String; let shape: [Int?] }
    struct Layer: Decodable {
        let name: String; let kind: String; let outputShape: [Int?]?; let parameters: Int; let macs: Int?
    }

    let schema: Int
    let format: String
    let inputs: [Port]
    let outputs: [Port]
    let layers: [Layer]
    let parameters: Int
    let macs: Int?
    let opaque: [String]
}

struct Analysis: Decodable {
    struct Dead: Decodable { let activation: [Int]?; let scale: [Int]?; let weight: [Int]; let unread: [Int] }
    struct Pinned: Decodable { let filter: Int; let reason: String }
    struct Layer: Decodable {
        let name: String; let filters: Int; let dead: Dead; let removable: [Int]; let pinned: [Pinned];
        let universality: [Double]?
    }
    struct Totals: Decodable { let filters: Int; let dead: Int; let removable: Int; let pinned: Int }

    let schema: Int
    let layers: [Layer]
    let totals: Totals
}

struct Pruning: Decodable {
    struct Change: Decodable { let before: Int; let after: Int }
    struct Layer: Decodable { let name: String; let before: Int; let after: Int; let removed: [Int]; let carriers: Int }
    struct Verification: Decodable {
        let images: Int?; let maxAbsoluteError: Double?; let maxRelativeError: Double?; let agreement: Double?;
        let bound: Double?
    }

    let schema: Int
    let layers: [Layer]
    let parameters: Change
    let macs: Change?
    let fileBytes: Change
    let exact: Bool
    let verified: Bool
    let notVerifiedBecause: String?
    let verification: Verification
}

struct Measurements: Decodable {
    struct Machine: Decodable { let cpu: String; let cores: Int }
    struct Latency: Decodable {
        let min: Double; let median: Double; let mean: Double; let p90: Double; let p99: Double; let ci95: [Double]
    }
    struct Run: Decodable {
        let model: String; let batch: Int; let threads: Int; let latencyMs: Latency; let imagesPerSecond: Double;
        let peakBytes: Int?
    }
    struct Ratio: Decodable {
        let model: String; let against: String; let batch: Int; let threads: Int; let speedup: Double;
        let ci95: [Double]
    }

    let schema: Int
    let machine: Machine
    let runs: [Run]
    let ratios: [Ratio]
}

struct Score: Decodable {
    let schema: Int
    let loss: Double
    let top1Error: Double
    let top5Error: Double
}

struct Compression: Decodable {
    let schema: Int
    let analysis: Analysis
    let prune: Pruning
    let benchmark: Measurements
}
