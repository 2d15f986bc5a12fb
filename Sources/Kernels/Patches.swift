/// Writes, for each pixel of output rows `rows` (counted across images), the inputs under its window: kernel height ×
/// kernel width × `groupInputs`, zeros where the window leaves the image. Known as im2col.
///
/// `input` points to the group's first channel of the first pixel.
func gatherPatches(
    _ shape: ConvolutionShape, _ input: UnsafePointer<Float>, rows: Range<Int>,
    into patches: UnsafeMutablePointer<Float>
) {
    let vertical = shape.vertical, horizontal = shape.horizontal, channels = shape.groupInputs
    let line = horizontal.size * channels
    // Neighbouring taps are neighbours in memory: they are copied together.
    let contiguous = horizontal.dilation == 1 && shape.groups == 1
    var target = patches
    for row in rows {
        let (image, y) = row.quotientAndRemainder(dividingBy: vertical.output)
        let source = input + image * shape.inputImage
        let top = vertical.start(at: y), verticalTaps = vertical.taps(at: y)
        for x in 0..<horizontal.output {
            let left = horizontal.start(at: x), taps = horizontal.taps(at: x)
            for v in 0..<vertical.size {
                guard verticalTaps.contains(v), !taps.isEmpty else {
                    target.update(repeating: 0, count: line)
                    target += line
                    continue
                }
                let from = source + (top + v * vertical.dilation) * horizontal.input * shape.inputChannels
                let before = taps.lowerBound * channels, after = (horizontal.size - taps.upperBound) * channels
                zero(target, before)
                if contiguous {
                    copy(from + (left + taps.lowerBound) * channels, to: target + before, taps.count * channels)
                } else {
                    for h in taps {
                        copy(
                            from + (left + h * horizontal.dilation) * shape.inputChannels, to: target + h * channels,
                            channels)
                    }
                }
                zero(target + (line - after), after)
                target += line
            }
        }
    }
}

@inline(__always)
private func copy(_ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, _ count: Int) {
    var i = 0
    while i < count { target[i] = source[i]; i &+= 1 }
}

@inline(__always)
private func zero(_ target: UnsafeMutablePointer<Float>, _ count: Int) {
    var i = 0
    while i < count { target[i] = 0; i &+= 1 }
}
