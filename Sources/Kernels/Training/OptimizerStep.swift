import MicrokernelInterface

/// One step of an optimizer over a run of parameters, in place.
package struct OptimizerStep: Sendable {
    package typealias Rule = OptimizerRule
    package var rule: Rule
    /// η, with whatever corrects the bias of the first moment: Adam's η √(1 − β₂ᵗ) / (1 − β₁ᵗ), Adamax's η / (1 − β₁ᵗ).
    package var rate: Float
    /// What Adam's second moment is multiplied with before its root: 1 in the paper's efficient form, whose rate holds
    /// it, 1 / (1 − β₂ᵗ) in the form where ε is added to the corrected root.
    package var momentScale: Float
    /// Added to the gradient: l2 · θ + l1 · sign(θ).
    package var l2: Float
    package var l1: Float
    /// Decoupled decay (Loshchilov & Hutter 2019): the share of θ that is subtracted from it after the rule's step.
    package var decay: Float

    package init(
        _ rule: Rule, rate: Float, momentScale: Float = 1, l2: Float = 0, l1: Float = 0, decay: Float = 0
    ) {
        (self.rule, self.rate, self.momentScale, self.l2, self.l1) = (rule, rate, momentScale, l2, l1)
        self.decay = decay
    }

    /// Steps `count` parameters, by their gradients and the rule's slots, which are as long.
    package func run(
        _ parameters: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>,
        slots: [UnsafeMutablePointer<Float>], count: Int, set: InstructionSet = .current, on pool: WorkerPool
    ) {
        precondition(slots.count >= rule.slotCount, "the rule needs \(rule.slotCount) slots")
        let blocks = Blocks(count, of: 1 << 14)
        /// Where there is no such slot, an address that the rule does not use.
        func slot(_ index: Int) -> UnsafeMutablePointer<Float> { index < slots.count ? slots[index] : parameters }
        pool.run(parts: blocks.number) { index, _ in
            let block = blocks[index], first = block.lowerBound
            set.microkernels.optimize(
                OptimizerRun(
                    parameters: parameters + first, gradients: gradients + first, first: slot(0) + first,
                    second: slot(1) + first, third: slot(2) + first, count: block.count, rate: rate,
                    momentScale: momentScale, l2: l2, l1: l1, decay: decay),
                rule)
        }
    }
}
