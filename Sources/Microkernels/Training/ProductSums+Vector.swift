import MicrokernelInterface

extension Microkernels {
    package static func productSums(_ call: ProductSums) {
        var channel = 0
        while channel < call.channels {
            var first = call.first + channel, second = call.second + channel
            var sum = Vector.zero
            for _ in 0..<call.count {
                sum = multiplyAdd(load(first), load(second), sum)
                first += call.firstStep
                second += call.secondStep
            }
            let target = call.sums + channel, left = call.channels &- channel
            sum += load(target)
            store(sum, to: target, of: left)
            channel &+= lanes
        }
    }
}
