import Checkpoints

/// Writes a checkpoint in the other of Keras's formats, by the output's ending; warnings go to stderr.
func convertCheckpoint(_ checkpoint: Checkpoint, to output: String, overwrite: Bool) throws {
    for warning in try checkpoint.convert(to: output, overwrite: overwrite) { Console.warn(warning) }
}
