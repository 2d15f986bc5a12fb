import MicrokernelInterface

extension TileEpilogue {
    /// The epilogue for filters from `column` on; `residual` as `Operands` has it.
    init(_ epilogue: Epilogue, residual: Int?, column: Int) {
        self.init()
        bias = epilogue.bias.map { UnsafePointer($0.start + column) }
        self.residual = residual
        guard let rectifier = epilogue.rectifier else { return }
        rectifies = true
        slope = rectifier.slope
        maximum = rectifier.maximum
    }
}
