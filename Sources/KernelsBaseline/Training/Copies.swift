import KernelCalls

extension Family {
    /// Copies `count` whole vectors from addresses `step` floats apart to such `targetStep` floats apart.
    package static func copyVectors(_ source: UnsafePointer<Float>, step: Int, to target: UnsafeMutablePointer<Float>, targetStep: Int, count: Int) {
        var from = source, to = target
        for _ in 0..<count {
            store(load(from), to: to)
            from += step
            to += targetStep
        }
    }
}
