extension ImageStore {
    /// Writes what `view` shows of an image, preprocessed, to `span` from `position` on. False where a value is not finite.
    func copy(_ index: Int, _ view: Augmentation.View, to span: inout MutableSpan<Float>, at position: Int) throws -> Bool {
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

    private func copy(_ bytes: [UInt8], from start: Int, _ view: Augmentation.View, to span: inout MutableSpan<Float>, at position: Int) -> Bool {
        let values = table.values, row = table.channels == 1 ? 0 : 256
        copy(view, from: start, to: &span, at: position) { values[$1 * row + ($0.map { Int(bytes[$0]) } ?? 0)] }
        return table.isFinite
    }

    private func copy(_ numbers: [Float], from start: Int, _ view: Augmentation.View, to span: inout MutableSpan<Float>, at position: Int) -> Bool {
        copy(view, from: start, to: &span, at: position) { preprocessing.value(of: Double($0.map { numbers[$0] } ?? 0), channel: $1) }
        return (0..<(view.height * view.width * shape[2])).allSatisfy { span[position + $0].isFinite }
    }

    /// Writes a view, `value` being asked for each element: its position, nil outside of the image, and its channel.
    @inline(__always)
    private func copy(
        _ view: Augmentation.View, from start: Int, to span: inout MutableSpan<Float>, at position: Int, value: (Int?, Int) -> Float
    ) {
        let (height, width, channels) = (shape[0], shape[1], shape[2])
        var target = position
        for row in view.top..<(view.top + view.height) {
            for x in 0..<view.width {
                let column = view.left + (view.isFlipped ? view.width - 1 - x : x)
                let isInside = row >= 0 && row < height && column >= 0 && column < width
                let source = start + (row * width + column) * channels
                for channel in 0..<channels {
                    span[target] = value(isInside ? source + channel : nil, channel)
                    target += 1
                }
            }
        }
    }
}
