/// Computes nothing at inference: noise, regularization, dropouts of other kinds.
package struct Identity: ElementwiseKind {
    package init() {}

    package var operation: Operation { .identity }
    package var effect: ChannelEffect { .copy }
}
