import Compression

/// What the answers come to as one layer alone loses filters.
package struct SensitivityLine: Codable, Sendable {
    package let layer: String
    /// The layers that can only lose filters together with it.
    package let tied: [String]
    package let filters: Int
    package let error: Errors

    /// By the percentage of the filters that goes; null where none can.
    package struct Errors: Codable, Sendable {
        @Nullable package private(set) var ten: Double?
        @Nullable package private(set) var thirty: Double?
        @Nullable package private(set) var fifty: Double?

        private enum CodingKeys: String, CodingKey {
            case ten = "10"
            case thirty = "30"
            case fifty = "50"
        }
    }
}

/// What the errors of a sensitivity table are.
package struct SensitivityBasis: Codable, Sendable {
    /// `top1Error`: percent of images whose label is not the top class; without labels `changedAnswers`: percent of
    /// images whose top class is another than the dense model's; without classes `deviation`: the largest, in percent
    /// of the output's range.
    package let measure: String
    /// By what the filters that go were chosen.
    package let method: String
    /// What the measure comes to with nothing cut.
    package let dense: Double
    package let images: Int

    var text: String {
        let what =
            switch Sensitivity.Measure(rawValue: measure) {
            case .top1Error, nil: "top-1 error in percent (dense: \(Format.digits(dense)))"
            case .changedAnswers: "percent of images that get another top class than from the dense model"
            case .deviation: "largest deviation in percent of the output's range"
            }
        return
            "Sensitivity: \(what) over \(Format.count(images)) images as a layer alone loses this part of its filters, by \(method); tied layers lose them together, under the first one's name."
    }
}

extension Sensitivity {
    var basis: SensitivityBasis {
        SensitivityBasis(measure: measure.rawValue, method: method.rawValue, dense: dense, images: images)
    }

    var lines: [SensitivityLine] {
        layers.map { layer in
            SensitivityLine(
                layer: layer.name, tied: layer.tied, filters: layer.filters,
                error: .init(ten: layer.measured[0], thirty: layer.measured[1], fifty: layer.measured[2]))
        }
    }
}

extension Table {
    init(sensitivity lines: [SensitivityLine]) {
        self.init(
            of: lines,
            [
                .left("layer"): { .text($0.layer) }, .right("tied"): { .count($0.tied.count) },
                .right("filters"): { .count($0.filters) }, .right("10 %"): { .digits($0.error.ten) },
                .right("30 %"): { .digits($0.error.thirty) }, .right("50 %"): { .digits($0.error.fifty) },
            ])
    }
}
