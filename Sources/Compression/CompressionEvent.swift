/// What an observer hears while a job runs.
package enum CompressionEvent: Sendable, Equatable {
    /// In what order: the images are watched, gradients follow, then cuts are tried where budgets ask for them, then an
    /// approximate cut's proven part is verified by itself, then normalizations are recalibrated, then the written
    /// model is verified.
    package enum Stage: String, Sendable {
        /// What the filters do over the corpus.
        case analyze
        /// How much filters matter to the loss.
        case differentiate
        /// What the dense model shows where a cut approximates.
        case watch
        /// What cuts of different depths leave. Within it others are recalibrated.
        case tryCuts = "try cuts"
        /// One layer at a time, behind an audit.
        case cutLayers = "cut layers"
        case verifyProvenPart = "verify the proven part"
        case recalibrate
        case verify
        /// On images made to lie inside a box.
        case verifyBox = "verify inside the range"
    }

    case progress(Stage, done: Int, total: Int)
    /// Activations of a layer are NaN or infinite: what an audit says of activations means nothing.
    case notFinite(layer: String)
    /// Of `of` images to compare on so many lie outside the box that a cut rests on, the first at this position: they say
    /// nothing of it and are left out.
    case outsideBox(first: Int, count: Int, of: Int)
}
