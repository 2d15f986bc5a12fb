import Foundation
import Graphs
import Tensors
import Testing
@testable import Training

/// Results that are no finite numbers.
@Suite struct ResultCodingTests {
    private struct Result: Codable, Equatable {
        var loss: Double
        var gamma: [Float]
    }

    @Test("NaN and infinities are texts in JSON, and come back as they were")
    func words() throws {
        let data = try JSONEncoder.results().encode(Result(loss: .nan, gamma: [.infinity, -.infinity, 1.5]))
        #expect(String(decoding: data, as: UTF8.self) == #"{"gamma":["Infinity","-Infinity",1.5],"loss":"NaN"}"#)
        let read = try JSONDecoder.results.decode(Result.self, from: data)
        #expect(read.loss.isNaN && read.gamma == [.infinity, -.infinity, 1.5])
    }

    @Test("Quantiles of scales as far apart as floats can be are numbers")
    func quantiles() throws {
        var net = try NetworkUnderTest(shape: [3, 3, 1])
        try net.add(.convolution(Convolution(filters: 2, window: Window(size: [3, 3]))), [.kernel: [3, 3, 1, 2]])
        try net.normalize(2)
        net.graph.layers[net.graph.layers.count - 1][.gamma] = Tensor([-3e38, 3e38])
        let gamma = try #require(ScaleSummary.all(in: net.graph).first?.gamma)
        #expect(gamma.first == -3e38 && gamma.last == 3e38 && gamma.allSatisfy(\.isFinite))
    }
}
