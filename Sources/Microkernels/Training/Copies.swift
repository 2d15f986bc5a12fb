import MicrokernelInterface

extension Microkernels {
    /// Copies `count` rows of `width` floats, `step` floats apart, to rows `targetStep` floats apart, one after the
    /// other. The source is readable in whole vectors.
    package static func copyRows(
        _ source: UnsafePointer<Float>, step: Int, to target: UnsafeMutablePointer<Float>, targetStep: Int, count: Int,
        width: Int
    ) {
        var from = source, to = target
        for _ in 0..<count {
            var column = 0
            while column < width {
                store(load(from + column), to: to + column, of: width &- column)
                column &+= lanes
            }
            from += step
            to += targetStep
        }
    }
}

extension Microkernels {
    /// target[c][r] = source[r][c], for strides between rows; four by four, the rest one by one.
    package static func transpose(
        _ source: UnsafePointer<Float>, stride: Int, to target: UnsafeMutablePointer<Float>, targetStride: Int,
        rows: Int, columns: Int
    ) {
        var row = 0
        while row &+ 4 <= rows {
            var from = source + row &* stride, to = target + row
            var left = columns
            while left >= 4 {
                transposeFour(from, stride, to, targetStride)
                from += 4
                to += 4 &* targetStride
                left &-= 4
            }
            while left > 0 {
                var r = 0
                while r < 4 { to[r] = from[r &* stride]; r &+= 1 }
                from += 1
                to += targetStride
                left &-= 1
            }
            row &+= 4
        }
        while row < rows {
            var column = 0
            while column < columns {
                target[column &* targetStride &+ row] = source[row &* stride &+ column]; column &+= 1
            }
            row &+= 1
        }
    }

    @inline(__always)
    private static func transposeFour(
        _ source: UnsafePointer<Float>, _ stride: Int, _ target: UnsafeMutablePointer<Float>, _ targetStride: Int
    ) {
        @inline(__always) func four(_ address: UnsafePointer<Float>) -> SIMD4<Float> {
            UnsafeRawPointer(address).loadUnaligned(as: SIMD4<Float>.self)
        }
        let upper = SIMD8(lowHalf: four(source), highHalf: four(source + stride))
        let lower = SIMD8(lowHalf: four(source + 2 &* stride), highHalf: four(source + 3 &* stride))
        let even = SIMD8(lowHalf: upper.evenHalf, highHalf: lower.evenHalf),
            odd = SIMD8(lowHalf: upper.oddHalf, highHalf: lower.oddHalf)
        let raw = UnsafeMutableRawPointer(target), step = targetStride &* 4
        raw.storeBytes(of: even.evenHalf, as: SIMD4<Float>.self)
        (raw + step).storeBytes(of: odd.evenHalf, as: SIMD4<Float>.self)
        (raw + 2 &* step).storeBytes(of: even.oddHalf, as: SIMD4<Float>.self)
        (raw + 3 &* step).storeBytes(of: odd.oddHalf, as: SIMD4<Float>.self)
    }
}
