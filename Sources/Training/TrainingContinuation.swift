/// How a run goes on from a saved state.
package enum TrainingContinuation: Sendable, Equatable {
    /// To the end that it had from the beginning.
    case asBefore
    /// To another end. Every step so far was as the new schedule has it: the result is that of a run that had it from
    /// the beginning.
    case otherEnd(epochsBefore: Int)
    /// Along another curve than the steps so far, from `factor` of the base rate on.
    case otherCurve(epochsBefore: Int, factor: Double)

    /// How a run with `schedule` goes on after `steps`, which were taken while `epochs` were the segments.
    ///
    /// Throws `TrainingError.state` where fewer epochs are asked for than are done, or where epochs that are done ran
    /// at another rate than the new segments give them.
    init(_ schedule: LearningRateSchedule, after steps: Int, of epochs: [Int], stepsPerEpoch: Int, path: String) throws
    {
        var old = schedule
        old.epochs = epochs
        let given = schedule.epochs.map(String.init).joined(separator: ","),
            began = epochs.map(String.init).joined(separator: ",")
        let done = steps / stepsPerEpoch, hasBegun = done + (steps % stepsPerEpoch == 0 ? 0 : 1)
        guard schedule.totalEpochs >= hasBegun else {
            throw TrainingError.state(
                path: path,
                reason:
                    "the run is in epoch \(hasBegun) already, --epochs \(given) asks for fewer; give more, or start over with --force"
            )
        }
        switch schedule.shape {
        case .cosine:
            self = .otherCurve(epochsBefore: done, factor: schedule.factor(step: steps, stepsPerEpoch: stepsPerEpoch))
        case .steps:
            let changed = (0..<hasBegun).first {
                schedule.factor(step: $0 * stepsPerEpoch, stepsPerEpoch: stepsPerEpoch)
                    != old.factor(step: $0 * stepsPerEpoch, stepsPerEpoch: stepsPerEpoch)
            }
            if let changed {
                throw TrainingError.state(
                    path: path,
                    reason:
                        "the run was begun with --epochs \(began), and its epoch \(changed + 1) ran at another rate than --epochs \(given) gives it; "
                        + "make the last number larger, or add one, as in --epochs \(began),10")
            }
            self = .otherEnd(epochsBefore: done)
        }
    }
}
