import Graphs
import Testing
@testable import Checkpoints

@Suite struct DeclarationTests {
    @Test("Parameters go by name and have Keras's defaults")
    func parameters() throws {
        #expect(try Declaration(parsing: "a=relu(max=20)").activation == .relu(maximum: 20))
        #expect(
            try Declaration(parsing: "a=relu( max=6, slope=0.1, threshold=-1 )").activation
                == .relu(maximum: 6, slope: 0.1, threshold: -1))
        #expect(try Declaration(parsing: "a=leaky_relu").activation == .relu(slope: 0.2))
        #expect(
            try Declaration(parsing: "a=hard_sigmoid(slope=0.2)").activation == .hardSigmoid(slope: 0.2, offset: 0.5))
        #expect(try Declaration(parsing: "a=swish").activation == .swish)
    }

    @Test("Scale and offset, with or without names, and fractions")
    func affine() throws {
        #expect(try Declaration(parsing: "rescale=scale(1/255)").function == .affine(scale: 1 / 255, offset: 0))
        #expect(try Declaration(parsing: "add_one=affine(1, 0.5)").function == .affine(scale: 1, offset: 0.5))
        #expect(
            try Declaration(parsing: "a=affine(offset=-1, scale=-1/2)").function == .affine(scale: -0.5, offset: -1))
        #expect(try Declaration(parsing: "a=scale(factor=2)").function == .affine(scale: 2, offset: 0))
        #expect(try Declaration(parsing: "a=relu(max=13/2)").activation == .relu(maximum: 6.5))
        #expect(
            try Declaration(parsing: "a = x".filter { $0 != " " }.replacing("x", with: "relu( max=6 )")).text
                == "a=relu(max=6)")
    }

    @Test(
        "Patterns match names, qualified names and classes, with * and ?",
        arguments: [
            ("clipped*", true), ("*_12", true), ("clipped_relu_1?", true), ("enc/clipped*", true), ("My>Cli?", true),
            ("Clip", true), ("clipped", false),
            ("*relu", false), ("?", false), ("**", true), ("*x*x*x*x*x*x*x*", false),
        ])
    func patterns(pattern: String, isMatch: Bool) throws {
        let declaration = try Declaration(parsing: "\(pattern)=relu")
        #expect(
            declaration.matches(name: "clipped_relu_12", qualifiedName: "enc/clipped_relu_12", className: "My>Clip")
                == isMatch)
    }

    @Test(
        "What cannot be meant is refused",
        arguments: [
            "relu", "=relu", "a=", "a=what", "a=softmax", "a=relu(max)", "a=relu(max=x)", "a=relu(max=1",
            "a=tanh(max=1)", "a=relu(max=nan)", "a=scale", "a=scale()", "a=scale(1, 2)", "a=scale(1/0)",
            "a=scale(1/2/3)", "a=affine(1)", "a=affine(1, offset=2, scale=3)", "a=relu(6)", "a=tanh(1)",
        ])
    func errors(text: String) {
        #expect(throws: CheckpointError.self) { try Declaration(parsing: text) }
    }
}

extension Declaration {
    /// The function, where it is one that Keras has as an activation.
    fileprivate var activation: Activation? {
        if case let .activation(activation) = function { activation } else { nil }
    }
}
