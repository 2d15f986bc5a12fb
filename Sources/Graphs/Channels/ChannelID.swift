/// One channel of one tensor.
package struct ChannelID: Hashable, Sendable {
    package var tensor: TensorID
    package var channel: Int

    package init(_ tensor: TensorID, _ channel: Int) {
        (self.tensor, self.channel) = (tensor, channel)
    }
}
