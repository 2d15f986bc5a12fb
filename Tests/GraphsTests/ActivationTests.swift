#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif
import Graphs
import Testing

@Suite struct ActivationValues {
    static let points: [Double] = [-3, -1, -0.25, 0, 0.5, 2, 7]

    /// The values at `points`, by Keras 3 in Float64.
    static let keras: [(Activation, [Double])] = [
        (.linear, points),
        (.rectifier, [0, 0, 0, 0, 0.5, 2, 7]),
        (.relu6, [0, 0, 0, 0, 0.5, 2, 6]),
        (.relu(slope: 0.125), [-0.375, -0.125, -0.03125, 0, 0.5, 2, 7]),
        (.relu(maximum: 5, slope: 0.125, threshold: 1), [-0.5, -0.25, -0.15625, -0.125, -0.0625, 2, 5]),
        (.elu(), [-0.950212931632136, -0.6321205588285577, -0.22119921692859512, 0, 0.5, 2, 7]),
        (.elu(alpha: 2), [-1.900425863264272, -1.2642411176571153, -0.44239843385719024, 0, 0.5, 2, 7]),
        (
            .selu,
            [
                -1.670568728767112, -1.1113307378125628, -0.388890197478119, 0, 0.5253504936777402, 2.101401974710961,
                7.354906911488364,
            ]
        ),
        (.celu(alpha: 2), [-1.5537396797031404, -0.7869386805747332, -0.2350061948308092, 0, 0.5, 2, 7]),
        (
            .sigmoid,
            [
                0.04742587317756679, 0.2689414213699951, 0.4378234991142019, 0.5, 0.6224593312018546,
                0.8807970779778824, 0.9990889488055994,
            ]
        ),
        (.hardSigmoid(), [0, 1 / 3.0, 0.4583333333333333, 0.5, 0.5833333333333334, 0.8333333333333334, 1]),
        (.hardSigmoid(slope: 0.25, offset: 0.5), [0, 0.25, 0.4375, 0.5, 0.625, 1, 1]),
        (
            .tanh,
            [
                -0.9950547536867305, -0.7615941559557649, -0.2449186624037091, 0, 0.46211715726000974,
                0.9640275800758169, 0.9999983369439447,
            ]
        ),
        (.hardTanh, [-1, -1, -0.25, 0, 0.5, 1, 1]),
        (
            .exponential,
            [
                0.049787068367863944, 0.3678794411714423, 0.7788007830714049, 1, 1.6487212707001282, 7.38905609893065,
                1096.6331584284585,
            ]
        ),
        (
            .softplus,
            [
                0.048587351573742055, 0.3132616875182228, 0.5759394198788435, 0.6931471805599453, 0.9740769841801067,
                2.1269280110429727, 7.000911466453774,
            ]
        ),
        (.softsign, [-0.75, -0.5, -0.2, 0, 1 / 3.0, 2 / 3.0, 0.875]),
        (
            .swish,
            [
                -0.14227761953270035, -0.2689414213699951, -0.10945587477855047, 0, 0.3112296656009273,
                1.7615941559557649, 6.993622641639195,
            ]
        ),
        (.hardSwish, [0, -1 / 3.0, -0.11458333333333333, 0, 0.2916666666666667, 5 / 3.0, 7]),
        (
            .gelu(),
            [
                -0.004049694777521031, -0.15865525807260966, -0.10032341857926907, 0, 0.3457312291306712,
                1.9544997324075772, 6.999999999991041,
            ]
        ),
        (
            .gelu(approximate: true),
            [
                -0.0036373923237909, -0.15880800972132364, -0.10032464930063056, 0, 0.3457140097922433,
                1.9545976932119538, 6.999999999999997,
            ]
        ),
        (
            .mish,
            [
                -0.14564746127562458, -0.3034014613741089, -0.129926963679141, 0, 0.3752452113048951,
                1.9439589595339946, 6.999988379809741,
            ]
        ),
        (
            .logSigmoid,
            [
                -3.048587351573742, -1.3132616875182228, -0.8259394198788433, -0.6931471805599453, -0.4740769841801067,
                -0.1269280110429725, -0.0009114664537742447,
            ]
        ),
        (
            .tanhShrink,
            [
                -2.0049452463132695, -0.23840584404423515, -0.005081337596290897, 0, 0.03788284273999026,
                1.035972419924183, 6.0000016630560555,
            ]
        ),
        (.hardShrink(), [-3, -1, 0, 0, 0, 2, 7]),
        (.softShrink(), [-2.5, -0.5, 0, 0, 0, 1.5, 6.5]),
        (.threshold(1, value: 20), [20, 20, 20, 20, 20, 2, 7]),
        (
            .squareplus(),
            [
                0.30277563773199456, 0.6180339887498949, 0.8827822185373186, 1, 1.2807764064044151, 2.414213562373095,
                7.140054944640259,
            ]
        ),
        (.sparsePlus, [0, 0, 0.140625, 0.25, 0.5625, 2, 7]),
        (.sparseSigmoid, [0, 0, 0.375, 0.5, 0.75, 1, 1]),
    ]

    @Test("Every function has Keras's values", arguments: keras)
    func values(activation: Activation, expected: [Double]) throws {
        for (x, y) in zip(Self.points, expected) {
            #expect(abs(try #require(activation.value(x)) - y) < 2e-7, "at \(x)")
        }
    }

    /// Below its corner by the slope, at the corner the slope's 0, not x: so do all versions of Keras compute it.
    @Test("At its threshold a ReLU is still 0")
    func corner() {
        #expect(Activation.relu(threshold: 1).value(1) == 0)
        #expect(Activation.relu(slope: 0.5, threshold: 1).value(1) == 0)
        #expect(Activation.threshold(1, value: 0).value(1) == 0)
        #expect(Activation.hardShrink(threshold: 0.5).value(0.5) == 0)
        #expect(Activation.softShrink(threshold: 0.5).value(-0.5) == 0)
    }

    @Test(
        "Numbers as large as 32 bits hold stay numbers; bounded functions reach their bounds", arguments: keras.map(\.0)
    )
    func limits(activation: Activation) throws {
        for x in [
            -Double(Float.greatestFiniteMagnitude), -1e9, -1e3, -750, 700, 1e3, 1e9,
            Double(Float.greatestFiniteMagnitude),
        ] {
            let y = try #require(activation.value(x))
            if activation == .exponential, x > 709 { continue }
            #expect(y.isFinite && abs(y) <= max(1, 2 * abs(x)) || activation == .exponential, "\(y) at \(x)")
        }
        let most = try #require(activation.value(1e9)), least = try #require(activation.value(-1e9))
        switch activation {
        case .sigmoid, .hardSigmoid, .sparseSigmoid: #expect((least, most) == (0, 1))
        case .tanh, .hardTanh: #expect((least, most) == (-1, 1))
        case .softplus, .swish, .hardSwish, .gelu, .mish, .squareplus, .sparsePlus, .rectifier:
            #expect(abs(least) < 1e-6 && abs(most / 1e9 - 1) < 1e-9)
        case .exponential: #expect(least == 0)
        default: break
        }
    }

    @Test("Small numbers keep their digits")
    func small() throws {
        for x in [1e-12, -1e-12] {
            #expect(abs(try #require(Activation.elu().value(x)) - x) < 1e-23)
            #expect(abs(try #require(Activation.celu(alpha: 3).value(x)) - x) < 1e-23)
        }
        #expect(abs(try #require(Activation.softplus.value(-40)) / exp(-40.0) - 1) < 1e-12)
        #expect(abs(try #require(Activation.logSigmoid.value(40)) / -exp(-40.0) - 1) < 1e-12)
        #expect(abs(try #require(Activation.gelu().value(-10)) / -7.619853024160527e-23 - 1) < 1e-9)
    }

    @Test(
        "Functions of a vector have no value at one number",
        arguments: [Activation.softmax(), .softmax(axes: [0]), .logSoftmax, .sparsemax])
    func vectors(activation: Activation) {
        #expect(activation.value(0) == nil)
        #expect(!activation.isElementwise)
    }

    @Test("Functions of a number say so", arguments: keras.map(\.0))
    func elementwise(activation: Activation) { #expect(activation.isElementwise) }
}
