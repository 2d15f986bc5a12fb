import ArgumentParser
import Datasets

struct Convert: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes a data set as one HDF5 file that every command reads.",
        usage: "deadwood convert <input> -o <output> [<options>]",
        discussion: """
            The input is a folder in CIFAR's binary layout, of IDX files, of Tiny ImageNet, or of JPEG and PNG files with a folder for \
            each class (below train and val or test, where there are such); an IDX file; or an HDF5 file.

            The output holds images 'x' and labels 'y'; x_train, y_train, x_test and y_test where the input has both parts and \
            none is named. Pixels stay as they are: --scale, --mean and --std are noted for those who read them, by default \
            what is usual for the data set: x / 255, CIFAR and pictures normalized per channel.
            """)

    @Argument(help: ArgumentHelp("The data set, or one part of it: cifar:test.", valueName: "input[:part]"))
    var input: String

    @Option(name: .shortAndLong, help: "The HDF5 file to write.", completion: .file())
    var output: String

    @OptionGroup var data: DataOptions

    @Flag(help: "Overwrite the output if it exists.")
    var force = false

    func run() throws {
        try Outputs.check([output], inputs: [DataReference(input).path], overwrite: force)
        try convertDataset()
    }
}
