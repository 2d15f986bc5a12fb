import Benchmarks

extension MachineProfile: Report {
    package static var kind: String { "machine" }
    package var subject: String { machine.cpu }

    package var sections: [Section] {
        let sets = instructionSets.joined(separator: ", ")
        let rows: [[Cell]] = [
            ["processor", .text(machine.cpu)], ["cores", "\(machine.cores)"],
            ["memory", .number(machine.memoryBytes, Format.bytes)],
            ["system", "\(machine.os), kernel \(machine.kernel)"],
            ["kernels", "\(machine.instructions), \(vectorFloats) floats a vector; this machine has \(sets)"],
            ["peak of one thread", .number(peakGigaflops) { "\(Format.digits($0)) GFLOP/s" }],
        ]
        return [.table(Table([.left("machine"), .left("")], rows: rows))]
    }
}
