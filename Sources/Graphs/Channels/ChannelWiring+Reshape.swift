/// Where channels go when a tensor's axes are regrouped.
extension ChannelWiring {
    /// For each element of the flattened tensor the channel it came from; nil where a length is unknown.
    ///
    /// `transposed`: the first axis is moved to the end before a channels-first tensor is flattened.
    static func flattened(_ shape: TensorShape, channelAxis: Int, transposed: Bool) -> [Int]? {
        guard var lengths = shape.known, let total = elementCount(shape), total <= Self.mostElements else { return nil }
        let count = lengths[channelAxis]
        var axis = channelAxis
        if transposed, lengths.count > 1 {
            lengths.append(lengths.removeFirst())
            axis = (channelAxis + lengths.count - 1) % lengths.count
        }
        let inner = lengths[(axis + 1)...].reduce(1, *)
        return (0..<total).map { $0 / inner % count }
    }

    /// The axis of `target` that holds the channels after a row-major reshape, and the source channel of each of its
    /// positions; nil where channels do not stay whole slices of one axis.
    static func reshaped(_ shape: TensorShape, channelAxis: Int, to target: TensorShape) -> (axis: Int, source: [Int])?
    {
        guard let count = shape[channelAxis], let inner = elementCount(shape[(channelAxis + 1)...]), count > 0,
            inner > 0
        else { return nil }
        for axis in target.indices.reversed() {
            guard let length = target[axis], let targetInner = elementCount(target[(axis + 1)...]), targetInner > 0
            else { return nil }
            let repeats = inner / targetInner
            if inner % targetInner == 0, length <= Self.mostElements, let period = elementCount([count, repeats]),
                length % period == 0
            {
                return (axis, (0..<length).map { $0 / repeats % count })
            }
        }
        return nil
    }

    /// For each channel of a tensor of `shape` the position along an axis of `target` at which a row-major reshape puts
    /// all of it; nil where channels do not end up whole at one position each.
    ///
    /// With ratio = (elements inside the target's axis) / (elements inside a channel), channel u comes to u / ratio %
    /// length.
    static func joined(_ shape: TensorShape, channelAxis: Int, to target: TensorShape, along axis: Int) -> [Int]? {
        guard target.indices.contains(axis), let count = shape[channelAxis],
            let inner = elementCount(shape[(channelAxis + 1)...]),
            let length = target[axis], let targetInner = elementCount(target[(axis + 1)...]), count > 0, inner > 0,
            length > 0, targetInner % inner == 0, count <= Self.mostElements,
            let period = elementCount([targetInner / inner, length]), count % period == 0
        else { return nil }
        return (0..<count).map { $0 / (targetInner / inner) % length }
    }
}
