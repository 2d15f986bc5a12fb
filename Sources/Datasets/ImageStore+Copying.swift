extension ImageStore {
    /// Writes what `view` shows of an image, preprocessed, to `span` from `position` on. False where a value is not
    /// finite.
    func copy(_ index: Int, _ view: Augmentation.View, to span: inout MutableSpan<Float>, at position: Int) throws
        -> Bool
    {
        let length = shape.reduce(1, *)
        switch contents {
        case let .bytes(bytes): return copy(bytes, from: index * length, view, to: &span, at: position)
        case let .numbers(numbers): return copy(numbers, from: index * length, view, to: &span, at: position)
        case let .source(source):
            switch try source.read(index..<(index + 1)) {
            case let .bytes(bytes): return copy(bytes, from: 0, view, to: &span, at: position)
            case let .numbers(numbers): return copy(numbers.map { Float($0) }, from: 0, view, to: &span, at: position)
            }
        }
    }

    private func copy(
        _ bytes: [UInt8], from start: Int, _ view: Augmentation.View, to span: inout MutableSpan<Float>,
        at position: Int
    ) -> Bool {
        let bytes = bytes.span, values = table.values.span, step = table.channels == 1 ? 0 : 256
        copy(
            view, from: start, to: &span, at: position, value: { values[$2 * step + Int(bytes[$0 + $1])] },
            black: { values[$0 * step] })
        return table.isFinite
    }

    private func copy(
        _ numbers: [Float], from start: Int, _ view: Augmentation.View, to span: inout MutableSpan<Float>,
        at position: Int
    ) -> Bool {
        copy(
            view, from: start, to: &span, at: position,
            value: { preprocessing.value(of: Double(numbers[$0 + $1]), channel: $2) },
            black: { preprocessing.value(of: 0, channel: $0) })
        return (0..<(view.height * view.width * shape[2])).allSatisfy { span[position + $0].isFinite }
    }

    /// Writes a view: of each element `value` for the pixel's position, the stored channel and the channel it is fed
    /// as, outside of the image `black` for its channel.
    @inline(__always) private func copy(
        _ view: Augmentation.View, from start: Int, to span: inout MutableSpan<Float>, at position: Int,
        value: (Int, Int, Int) -> Float, black: (Int) -> Float
    ) {
        let (height, width, channels) = (shape[0], shape[1], shape[2])
        var target = position
        for row in view.top..<(view.top + view.height) {
            for x in 0..<view.width {
                let column = view.left + (view.isFlipped ? view.width - 1 - x : x)
                let source = start + (row * width + column) * channels
                if row >= 0 && row < height && column >= 0 && column < width {
                    for channel in 0..<channels {
                        span[target + channel] = value(source, preprocessing.storedChannel(channel), channel)
                    }
                } else {
                    for channel in 0..<channels { span[target + channel] = black(channel) }
                }
                target += channels
            }
        }
    }
}
