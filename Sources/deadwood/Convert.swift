import ArgumentParser
import Checkpoints
import Datasets
import Files

struct Convert: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Writes a checkpoint in another of Keras's formats, or a data set as one HDF5 file that every command reads.",
        usage: "deadwood convert <input> -o <output> [<options>]",
        discussion: """
            A checkpoint becomes a new model of Keras 3: an archive where the output ends in .keras, else a legacy .h5 file.

            A data set is a folder in CIFAR's binary layout, of IDX files, of Tiny ImageNet, or of JPEG and PNG files with a folder for \
            each class (below train and val or test, where there are such); an IDX file; or an HDF5 file.

            Its file holds images 'x' and labels 'y'; x_train, y_train, x_test and y_test where the input has both parts and \
            none is named. Pixels stay as they are: --pixels, or --scale, --mean and --std, are noted for models that do not say \
            themselves how they were trained, by default what is usual for the data set: x / 255, CIFAR and pictures \
            normalized per channel.
            """)

    @Argument(
        help: ArgumentHelp("The checkpoint, the data set, or one part of it: cifar:test.", valueName: "input[:part]"))
    var input: String

    @Option(name: .shortAndLong, help: "The file to write.", completion: .file())
    var output: String

    @OptionGroup(title: "Checkpoints") var reading: ReadingOptions
    @OptionGroup(title: "Data sets") var data: DataOptions

    @Flag(help: "Overwrite the output if it exists.")
    var force = false

    func run() throws {
        try Outputs.check([output], inputs: [DataReference(input).path] + reading.files, overwriting: force)
        guard reading.architecture != nil || Checkpoint.isCheckpoint(input) else { return try convertDataset() }
        for warning in try reading.open(input).convert(to: output, overwrite: force) { Console.warn(warning) }
    }
}
