import Testing
@testable import Reports

@Suite struct Encoding {
    private struct Value: Encodable {
        @Nullable var measured: Int?
        var absent: Int?
    }

    @Test("What was not measured is null")
    func wrappers() throws {
        #expect(try Value(measured: nil).json == #"{"measured":null}"#)
        #expect(try Value(measured: 2, absent: 3).json == #"{"absent":3,"measured":2}"#)
    }

    private func line(_ text: String) -> PixelsLine {
        PixelsLine(order: "rgb", scale: 2, mean: [0], std: [1], from: "flags", stored: nil, text: text)
    }

    @Test("Pixels are null where none were fed, an object for one input, an array for several")
    func pixels() throws {
        let object = #"{"from":"flags","mean":[0],"order":"rgb","scale":2,"std":[1],"text":"x"}"#
        #expect(try [FedPixels()].json == "[null]")
        #expect(try FedPixels(inputs: [line("x")]).json == object)
        #expect(
            try FedPixels(inputs: [line("x"), line("y")]).json
                == "[\(object),\(object.replacing("\"x\"", with: "\"y\""))]")
    }

    @Test("Inputs that are fed alike are told once")
    func told() {
        #expect(FedPixels(inputs: [line("x"), line("y"), line("x")]).text == "x\ny")
        #expect(FedPixels().text.isEmpty)
    }
}
