extension Tensor {
    /// The slices of `axis` at `indices`, in that order; other axes whole.
    ///
    /// An index may repeat. An empty list makes that axis 0 long.
    package func gathered(axis: Int, _ indices: [Int]) -> Tensor {
        precondition(shape.indices.contains(axis), "axis \(axis) outside shape \(shape)")
        let outer = shape[..<axis].reduce(1, *), inner = shape[(axis + 1)...].reduce(1, *), length = shape[axis]
        precondition(indices.allSatisfy { $0 >= 0 && $0 < length }, "index outside axis \(axis) of shape \(shape)")
        var newShape = shape
        newShape[axis] = indices.count
        var result = Tensor(shape: newShape)
        withSpan { source in
            result.withMutableSpan { target in
                var position = 0
                for o in 0..<outer {
                    for index in indices {
                        let start = (o * length + index) * inner
                        for i in 0..<inner { target[position + i] = source[start + i] }
                        position += inner
                    }
                }
            }
        }
        return result
    }

    /// The elements with their axes reordered: axis `i` of the result is axis `order[i]` of this tensor.
    package func transposed(_ order: [Int]) -> Tensor {
        precondition(order.sorted() == Array(shape.indices), "\(order) does not order the axes of \(shape)")
        var strides = [Int](repeating: 1, count: shape.count)
        for axis in shape.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * shape[axis + 1] }
        let newShape = order.map { shape[$0] }, steps = order.map { strides[$0] }
        var result = Tensor(shape: newShape)
        withSpan { source in
            result.withMutableSpan { target in
                var index = [Int](repeating: 0, count: newShape.count), from = 0
                for position in 0..<target.count {
                    target[position] = source[from]
                    for axis in newShape.indices.reversed() {
                        index[axis] += 1
                        from += steps[axis]
                        if index[axis] < newShape[axis] { break }
                        from -= steps[axis] * newShape[axis]
                        index[axis] = 0
                    }
                }
            }
        }
        return result
    }
}

extension Tensor: Equatable {
    /// Same shape and equal elements; NaN equals nothing.
    package static func == (a: Tensor, b: Tensor) -> Bool {
        guard a.shape == b.shape else { return false }
        return a.withSpan { x in b.withSpan { y in x.indices.allSatisfy { x[$0] == y[$0] } } }
    }
}
