import Kernels
import Testing
@testable import Training

/// Three parameters after 1, 2 and 10 steps, against PyTorch 2.13 in Float64 and, for the forms it no longer has,
/// against METHOD's formulas written out in Float64.
@Suite struct OptimizerTests {
    struct Case: CustomTestStringConvertible {
        let name: String
        let optimizer: Optimizer
        var l2: Float = 0
        var decay: Float = 0
        let after1: [Double]
        let after2: [Double]
        let after10: [Double]
        var testDescription: String { name }
    }

    static let cases = [
        Case(
            name: "SGD", optimizer: .sgd(), after1: [0.56, -1.251, 1.99999], after2: [0.614, -1.2539, 2.049981],
            after10: [0.67512249194, -1.427570463519, 3.260428958034]),
        Case(
            name: "Nesterov", optimizer: .sgd(nesterov: true), after1: [0.614, -1.2519, 1.999981],
            after2: [0.6626, -1.25651, 2.0949729],
            after10: [0.657610242746, -1.464813417167, 3.434346230622]),
        Case(
            name: "Adagrad", optimizer: .adagrad(), after1: [0.509999999998, -1.26, 1.99000001],
            after2: [0.509999999998, -1.268944271770, 2.000000009798],
            after10: [0.503789256852, -1.319241595974, 2.026395968156]),
        Case(
            name: "Adadelta", optimizer: .adadelta(), after1: [0.503162233741, -1.253015113446, 1.999900049963],
            after2: [0.503162233741, -1.256923147129, 2.003063843455],
            after10: [0.499836614151, -1.316028079407, 2.019730249295]),
        Case(
            name: "RMSProp", optimizer: .rmsprop(), after1: [0.509999999998, -1.2599999999, 1.99000999001],
            after2: [0.509999999998, -1.268953089542, 2.000009987812],
            after10: [0.503720809633, -1.319551802401, 2.026665912497]),
        Case(
            name: "Adamax", optimizer: .adamax(), after1: [0.501999999967, -1.251999998, 1.998000199980],
            after2: [0.502948316689, -1.253526313026, 1.999052642064],
            after10: [0.503375440894, -1.263833702543, 2.009101859891]),
        Case(
            name: "Adam as it is today", optimizer: .adam(rescalesEpsilon: true),
            after1: [0.500999999983, -1.250999999, 1.9990001],
            after2: [0.501671580115, -1.251963873272, 1.9997424261],
            after10: [0.501964758187, -1.259792293677, 2.006141358559]),
        Case(
            name: "SGD with L2", optimizer: .sgd(), l2: 0.01, after1: [0.5595, -1.24975, 1.99799],
            after2: [0.6124905, -1.25027525, 2.04418301],
            after10: [0.650420391640, -1.375306450644, 3.168538062860]),
        Case(
            name: "SGD with weight decay", optimizer: .sgd(), decay: 0.01, after1: [0.5544, -1.23849, 1.9799901],
            after2: [0.602316, -1.2289761, 2.009681289], after10: [0.613588658263, -1.302140992406, 3.018781556745]),
        Case(
            name: "Adam with L2", optimizer: .adam(), l2: 0.01,
            after1: [0.500999999832, -1.249000039998, 1.999000004975],
            after2: [0.501665272915, -1.249493678506, 1.999713864416],
            after10: [0.501869145173, -1.256625285724, 2.005948964972]),
        Case(
            name: "AMSGrad with L2", optimizer: .amsgrad(), l2: 0.01,
            after1: [0.500999999832, -1.249000039998, 1.999000004975],
            after2: [0.501661961894, -1.249493678506, 1.999713864416],
            after10: [0.501864892739, -1.256625285724, 2.005938803777]),
    ]

    @Test("Steps are those of independent implementations", arguments: cases)
    func steps(_ test: Case) {
        let parameters = AlignedFloats([0.5, -1.25, 2]),
            slots = (0..<test.optimizer.slotCount).map { _ in AlignedFloats(count: 3) }, pool = WorkerPool(workers: 1)
        for step in 0..<10 {
            let gradients = AlignedFloats([
                0.3 * Float((step * 7) % 5 - 2), 0.01 * Float(step + 1), step % 3 == 0 ? 1e-4 : -0.5,
            ])
            var rule = test.optimizer.step(step, rate: test.optimizer.defaultRate)
            rule.l2 = test.l2
            rule.decay = test.decay
            rule.run(on: parameters, gradients, slots, 0..<3, pool)
            let expected: [Double]? =
                switch step {
                case 0: test.after1
                case 1: test.after2
                case 9: test.after10
                default: nil
                }
            for (index, value) in (expected ?? []).enumerated() {
                #expect(abs(Double(parameters[index]) - value) < 3e-6, "step \(step + 1), parameter \(index)")
            }
        }
    }

    /// METHOD's table: the median |θ| after 2,000, 5,000 and 10,000 steps at λ = 1e-4.
    @Test(
        "A dead unit's scale falls as in the paper's figure 4",
        arguments: [
            (Optimizer.sgd(), [0.82, 0.60, 0.37]), (.adadelta(), [0.82, 0.60, 0.37]), (.adagrad(), [0.81, 0.62, 0.40]),
            (.amsgrad(), [0.79, 0.54, 0.29]),
            (.adamax(), [0.63, 0.004, 0.004]), (.adam(), [0.005, 0.004, 0.005]), (.rmsprop(), [0.004, 0.004, 0.005]),
        ])
    func figure4(_ optimizer: Optimizer, _ medians: [Float]) {
        let points = Simulation(optimizer: optimizer).run(steps: [2000, 5000, 10000])
        for (point, median) in zip(points, medians) {
            #expect(abs(point.median - median) < 0.013, "\(optimizer) after \(point.step) steps")
        }
    }
}
