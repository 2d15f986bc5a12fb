/// Sets each element to 0 with this probability while training and divides the others by 1 − rate; the identity at
/// inference.
package struct Dropout: ElementwiseKind {
    package var rate: Float
    package init(rate: Float) { self.rate = rate }

    package var operation: Operation { .dropout(rate: rate) }
    package var effect: ChannelEffect { .copy }
}
