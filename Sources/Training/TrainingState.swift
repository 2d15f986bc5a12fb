import Files
import Foundation
import HDF5
import HDF5Writing

/// Where a run stands, so that it can go on as if it had never stopped: everything beside the images.
package struct TrainingState: Sendable, Equatable {
    package var memory: Trainer.Memory
    /// The epoch that is under way, from 0, the steps of it that are done, and what they added up to.
    package var epoch = 0
    package var stepInEpoch = 0
    package var loss = 0.0
    package var misses1 = 0
    package var misses5 = 0
    package var history: [EpochRecord] = []
    package var settings: TrainingSettings

    package init(memory: Trainer.Memory, settings: TrainingSettings) {
        (self.memory, self.settings) = (memory, settings)
    }
}

extension TrainingState {
    private static let version = 1

    /// Writes the state to `path`, in one piece or not at all. Throws `FileError`.
    package func write(to path: String) throws {
        let output = try NewFile(path, overwriting: true)
        try output.writingHDF5 { try fill(output.temporary.path) }
        try output.commit()
    }

    private func fill(_ path: String) throws {
        let file = try FileWriter(path), root = try file.root
        try root.attributes.set("deadwood_training_state", .integer(Int64(Self.version)))
        try root.attributes.set("settings", .string(try settings.stored))
        try root.attributes.set("history", .string(try history.json))
        try root.attributes.set(
            "position", .integers([memory.step, epoch, stepInEpoch, misses1, misses5].map(Int64.init)))
        try root.attributes.set("loss", .double(loss))
        try write(memory.parameters, "parameters", root)
        try write(memory.statistics, "statistics", root)
        for (index, slot) in memory.slots.enumerated() { try write(slot, "slot_\(index)", root) }
        try file.close()
    }

    private func write(_ values: [Float], _ name: String, _ root: GroupWriter) throws {
        try root.createDataset(name, shape: [values.count], type: .float32).write(values)
    }

    /// How far the run is whose state is at `path`: complete epochs, and those that it was to have where that is known.
    /// Nil where the file is no state.
    package static func progress(_ path: String) -> (epochs: Int, total: Int?, isInsideEpoch: Bool)? {
        guard let state = try? read(path) else { return nil }
        return (state.epoch, state.settings.totalEpochs, state.stepInEpoch > 0)
    }

    /// The state at `path`. Throws `TrainingError.state` where the file holds something else, `HDF5Error`.
    package static func read(_ path: String) throws -> TrainingState {
        let root = try File.open(path).root
        func damaged(_ what: String) -> TrainingError {
            .state(
                path: path,
                reason: "\(what); it is no training state of this program: start over with --force, without --resume")
        }
        guard try root.attributes.value("deadwood_training_state") == .integer(Int64(version)) else {
            throw damaged("has no version \(version)")
        }
        guard case let .integers(numbers)? = try root.attributes.value("position"), numbers.count == 5,
            numbers.allSatisfy({ $0 >= 0 && $0 < Int64(Int32.max) }),
            case let .double(loss)? = try root.attributes.value("loss"),
            let settings = try root.attributes.string("settings"), let text = try root.attributes.string("history"),
            let history = try? JSONDecoder.results.decode([EpochRecord].self, from: Data(text.utf8))
        else { throw damaged("lacks an attribute") }
        let position = numbers.map(Int.init)
        func values(_ name: String) throws -> [Float] {
            let dataset = try root.dataset(name)
            try dataset.requirePlausibleSize()
            return try dataset.read()
        }
        let slots = try root.names().filter { $0.hasPrefix("slot_") }.count
        let memory = try Trainer.Memory(
            step: position[0], parameters: values("parameters"), statistics: values("statistics"),
            slots: (0..<slots).map { try values("slot_\($0)") })
        var state = TrainingState(memory: memory, settings: TrainingSettings(stored: settings))
        (state.epoch, state.stepInEpoch, state.misses1, state.misses5) = (
            position[1], position[2], position[3], position[4]
        )
        (state.loss, state.history) = (loss, history)
        return state
    }
}
