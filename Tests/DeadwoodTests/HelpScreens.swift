/// What `--help` shows on a terminal of 80 columns, by verb; the tool itself under "".
let helpScreens: [String: String] = [
    "": """
    OVERVIEW: Finds the dead filters of a trained CNN, cuts them out without
    changing its answers, and measures what that bought.

    A model is a Keras legacy HDF5 file (.h5, .hdf5), a Keras 3 archive (.keras),
    or weights alone (.weights.h5 or legacy weights) with --architecture
    model.json.

    Results go to stdout, warnings and progress to stderr. Nothing is overwritten
    without --force, and an input is never written to. Exit status: 0 done, 1 the
    work failed, 64 wrong usage, 130 interrupted.

    A good start: 'deadwood compress model.h5 -o compact.h5 --corpus images.h5'.

    USAGE: deadwood <subcommand>

    OPTIONS:
      --version               Show the version.
      -h, --help              Show help information.

    SUBCOMMANDS:
      inspect                 Shows layers, shapes, parameters,
                              multiply-accumulates (MACs), format and warnings.
      predict                 Runs the model and writes its outputs to an HDF5 file.
      evaluate                Measures loss, top-1 and top-5 error over labelled
                              images.
      analyze                 Audits every filter: dead by which signs, removable
                              or pinned and why.
      prune                   Cuts dead filters out of the whole graph and writes a
                              compact checkpoint that answers the same.
      compress                The main job in one go: audit, surgery, verification,
                              benchmark, report.
      benchmark               Measures latency and throughput of models in turns,
                              on the same kernels.
      train                   Trains a network of the papers, or goes on training a
                              checkpoint.
      reproduce               Runs an experiment of the papers at a chosen scale,
                              and sets the papers' numbers beside the measured ones.
      simulate                A scale under regularizer and optimizer alone: how
                              fast it falls when its filter is dead.
      convert                 Writes a checkpoint in another of Keras's formats, or
                              a data set as one HDF5 file that every command reads.
      merge                   Puts the parts of a sharded analyze, evaluate or
                              predict together.
      view                    Writes the page of a result that was kept as JSON.

      See 'deadwood help <subcommand>' for detailed help.

    """,
    "inspect": """
    OVERVIEW: Shows layers, shapes, parameters, multiply-accumulates (MACs), format
    and warnings.

    USAGE: deadwood inspect <model> [<options>]
           deadwood inspect --machine [<options>]

    ARGUMENTS:
      <model>                 The checkpoint: .h5, .hdf5, .keras, or weights with
                              --architecture.

    OPTIONS:
      --architecture <model.json>
                              The model's JSON, for a file that holds weights alone.
      --declare <pattern=function>
                              What a layer or its function computes that cannot be
                              evaluated, by name or class:
                              'clipped_relu*=relu(max=20)', 'rescale=scale(1/255)'.
                              May be repeated.
      --machine               Show what this machine computes with instead:
                              instruction set, peak, memory.
      --json <path|->         Write the result as JSON to a file, or to stdout in
                              place of the text with '-'.
      --report <page.html>    Write the result as a page that stands alone to a
                              file.
      --force                 Overwrite files that exist.
      --version               Show the version.
      -h, --help              Show help information.


    """,
    "predict": """
    OVERVIEW: Runs the model and writes its outputs to an HDF5 file.

    The file holds datasets output_0, output_1, … in the model's order, each with
    the layer's name as attribute 'name'.

    USAGE: deadwood predict <model> --input <file> --output <file> [<options>]

    ARGUMENTS:
      <model>                 The checkpoint: .h5, .hdf5, .keras, or weights with
                              --architecture.

    OPTIONS:
      --architecture <model.json>
                              The model's JSON, for a file that holds weights alone.
      --declare <pattern=function>
                              What a layer or its function computes that cannot be
                              evaluated, by name or class:
                              'clipped_relu*=relu(max=20)', 'rescale=scale(1/255)'.
                              May be repeated.
      --input <file[:dataset]>
                              Images to run on: an HDF5 file, or a folder of CIFAR,
                              IDX or pictures. Once for each input of the model, in
                              its order.
      --output <file>         The file to write.
      --shard <i/n>           Run on the i-th of n parts of the images alone;
                              'deadwood merge' puts the results together.
      --pixels <preset>       How the model was trained to see bytes: 0..255 (as
                              they are), 0..1 (x / 255), -1..1 (x / 127.5 − 1),
                              caffe (BGR less its means), imagenet (x / 255,
                              normalized per channel). Default: as the model says,
                              else as the images' file notes. (values: 0..255,
                              0..1, -1..1, caffe, imagenet)
      --scale <s>             In place of --pixels: a pixel x is fed as (x · scale
                              − mean) / std. What is not given of the three is 1, 0
                              and 1.
      --mean <m,…>            One number, or one per channel.
      --std <s,…>             One number, or one per channel.
      --resize <n>            Resize images to squares of n pixels, whatever their
                              proportions.
      --crop <n>              Then cut a square of n pixels from the middle.
      --limit <n>             Use the first n images only.
      --batch <n>             Images that are run at a time. (default: 32)
      --threads <n>           Threads to compute on. Default: all cores.
      --backend <name>        Kernels to run with: native, openblas or reference.
                              Default: native. (values: native, openblas,
                              reference; default: native)
      --exact-kernels         No Winograd convolutions, which round more: about
                              1e-6 of a layer's range.
      --force                 Overwrite the output if it exists.
      --version               Show the version.
      -h, --help              Show help information.


    """,
    "evaluate": """
    OVERVIEW: Measures loss, top-1 and top-5 error over labelled images.

    Several models see the same images; each is held against the first.

    USAGE: deadwood evaluate <models> ... --data <file> [<options>]

    ARGUMENTS:
      <models>                The checkpoints; the first is the reference.

    OPTIONS:
      --architecture <model.json>
                              The model's JSON, for a file that holds weights alone.
      --declare <pattern=function>
                              What a layer or its function computes that cannot be
                              evaluated, by name or class:
                              'clipped_relu*=relu(max=20)', 'rescale=scale(1/255)'.
                              May be repeated.
      --data <file[:dataset]> Labelled images: an HDF5 file (labels in its dataset
                              'y'), or a folder: CIFAR, IDX, pictures by class.
                              Once for each input of the model, in its order.
      --pixels <preset>       How the model was trained to see bytes: 0..255 (as
                              they are), 0..1 (x / 255), -1..1 (x / 127.5 − 1),
                              caffe (BGR less its means), imagenet (x / 255,
                              normalized per channel). Default: as the model says,
                              else as the images' file notes. (values: 0..255,
                              0..1, -1..1, caffe, imagenet)
      --scale <s>             In place of --pixels: a pixel x is fed as (x · scale
                              − mean) / std. What is not given of the three is 1, 0
                              and 1.
      --mean <m,…>            One number, or one per channel.
      --std <s,…>             One number, or one per channel.
      --resize <n>            Resize images to squares of n pixels, whatever their
                              proportions.
      --crop <n>              Then cut a square of n pixels from the middle.
      --limit <n>             Use the first n images only.
      --batch <n>             Images that are run at a time. (default: 32)
      --threads <n>           Threads to compute on. Default: all cores.
      --backend <name>        Kernels to run with: native, openblas or reference.
                              Default: native. (values: native, openblas,
                              reference; default: native)
      --exact-kernels         No Winograd convolutions, which round more: about
                              1e-6 of a layer's range.
      --shard <i/n>           Run on the i-th of n parts of the images alone;
                              'deadwood merge' puts the results together.
      -o, --output <part.h5>  With --shard: the file of its result.
      --json <path|->         Write the result as JSON to a file, or to stdout in
                              place of the text with '-'.
      --report <page.html>    Write the result as a page that stands alone to a
                              file.
      --force                 Overwrite files that exist.
      --version               Show the version.
      -h, --help              Show help information.


    """,
    "analyze": """
    OVERVIEW: Audits every filter: dead by which signs, removable or pinned and
    why.

    Without a corpus the signs that need data (activation, universality) are left
    out.

    USAGE: deadwood analyze <model> [--corpus <file>] [<options>]

    ARGUMENTS:
      <model>                 The checkpoint: .h5, .hdf5, .keras, or weights with
                              --architecture.

    OPTIONS:
      --architecture <model.json>
                              The model's JSON, for a file that holds weights alone.
      --declare <pattern=function>
                              What a layer or its function computes that cannot be
                              evaluated, by name or class:
                              'clipped_relu*=relu(max=20)', 'rescale=scale(1/255)'.
                              May be repeated.
      --corpus <file[:dataset]>
                              Images to watch the filters on: an HDF5 file, a CIFAR
                              or an IDX folder. Once for each input of the model,
                              in its order.
      --exact-universality    Read the corpus twice where the peaks of all its
                              images take more than 64 MiB; without, universality
                              is told with its uncertainty.
      --sensitivity           Measure over the corpus what the answers come to as
                              each layer alone loses 10, 30 and 50 % of its
                              filters: the top-1 error where there are labels, else
                              how many answers change.
      --select <method>       By what --sensitivity chooses the filters, as in
                              'prune'. Default: li. (values: li, slimming, apoz,
                              taylor, random)
      --criteria <c,…>        Signs of death by which filters may be cut: scale,
                              weight, unread, statistics, activation (needs
                              --corpus), range (for inputs inside --input-range).
                              Default: scale,weight,unread.
      --scale-threshold <t>   Scale: the |γ| of its batch normalization is below
                              this. (default: 0.001)
      --weight-threshold <t>  Weight: the norm of the weights that feed it is below
                              this. (default: 1e-08)
      --activation-threshold <t>
                              Activation: its largest |activation| over the corpus
                              is at most this. (default: 1e-12)
      --input-range <lo:hi,…> The numbers that the model is fed at most,
                              preprocessed: 0:1, or one range per channel. Proofs
                              of the criterion 'range' hold inside. Once for each
                              input of the model, in its order. Default: what
                              pixels from 0 to 255 become.
      --relaxation            Also bound each layer by what the layer before it
                              reads, through a linear relaxation of the activation
                              between: proves more filters dead, and may take
                              minutes.
      --training-batch <n>    Images of a step of training: tells which filters its
                              batch statistics keep asleep whatever the images.
                              Default: as the model notes.
      --shard <i/n>           Run on the i-th of n parts of the images alone;
                              'deadwood merge' puts the results together.
      -o, --output <part.h5>  With --shard: the file of its result.
      --pixels <preset>       How the model was trained to see bytes: 0..255 (as
                              they are), 0..1 (x / 255), -1..1 (x / 127.5 − 1),
                              caffe (BGR less its means), imagenet (x / 255,
                              normalized per channel). Default: as the model says,
                              else as the images' file notes. (values: 0..255,
                              0..1, -1..1, caffe, imagenet)
      --scale <s>             In place of --pixels: a pixel x is fed as (x · scale
                              − mean) / std. What is not given of the three is 1, 0
                              and 1.
      --mean <m,…>            One number, or one per channel.
      --std <s,…>             One number, or one per channel.
      --resize <n>            Resize images to squares of n pixels, whatever their
                              proportions.
      --crop <n>              Then cut a square of n pixels from the middle.
      --limit <n>             Use the first n images only.
      --batch <n>             Images that are run at a time. (default: 32)
      --threads <n>           Threads to compute on. Default: all cores.
      --backend <name>        Kernels to run with: native, openblas or reference.
                              Default: native. (values: native, openblas,
                              reference; default: native)
      --exact-kernels         No Winograd convolutions, which round more: about
                              1e-6 of a layer's range.
      --json <path|->         Write the result as JSON to a file, or to stdout in
                              place of the text with '-'.
      --report <page.html>    Write the result as a page that stands alone to a
                              file.
      --force                 Overwrite files that exist.
      --version               Show the version.
      -h, --help              Show help information.


    """,
    "prune": """
    OVERVIEW: Cuts dead filters out of the whole graph and writes a compact
    checkpoint that answers the same.

    The compact model is read back from the new file and compared with the dense
    one before the file gets its name: on --verify's images, else on the corpus,
    else on random input. Beyond the tolerance nothing is written. Of a corpus that
    decides what is cut, or what stands in for it, every fifth image is held out
    for this.

    USAGE: deadwood prune <model> -o <output> [<options>]

    ARGUMENTS:
      <model>                 The checkpoint: .h5, .hdf5, .keras, or weights with
                              --architecture.

    OPTIONS:
      --architecture <model.json>
                              The model's JSON, for a file that holds weights alone.
      --declare <pattern=function>
                              What a layer or its function computes that cannot be
                              evaluated, by name or class:
                              'clipped_relu*=relu(max=20)', 'rescale=scale(1/255)'.
                              May be repeated.
      -o, --output <output>   The compact checkpoint to write, in the format of the
                              model.
      --corpus <file[:dataset]>
                              Images to watch the filters on: for mean responses,
                              and the criterion 'activation'. Once for each input
                              of the model, in its order.
      --verify <file[:dataset]>
                              Images to compare dense and compact on. Default: the
                              corpus, else random input. Once for each input of the
                              model, in its order.
      --tolerance <t>         Largest deviation allowed, relative to the output's
                              range. Default: 1e-4 for an exact cut, 1e-2 for an
                              approximate one, any for a lossy one.
      --require-verified      Write nothing unless the compact model is verified:
                              compared within a limit, on images that chose neither
                              the cut nor what stands in for it.
      --criteria <c,…>        Signs of death by which filters may be cut: scale,
                              weight, unread, statistics, activation (needs
                              --corpus), range (for inputs inside --input-range).
                              Default: scale,weight,unread.
      --scale-threshold <t>   Scale: the |γ| of its batch normalization is below
                              this. (default: 0.001)
      --weight-threshold <t>  Weight: the norm of the weights that feed it is below
                              this. (default: 1e-08)
      --activation-threshold <t>
                              Activation: its largest |activation| over the corpus
                              is at most this. (default: 1e-12)
      --input-range <lo:hi,…> The numbers that the model is fed at most,
                              preprocessed: 0:1, or one range per channel. Proofs
                              of the criterion 'range' hold inside. Once for each
                              input of the model, in its order. Default: what
                              pixels from 0 to 255 become.
      --relaxation            Also bound each layer by what the layer before it
                              reads, through a linear relaxation of the activation
                              between: proves more filters dead, and may take
                              minutes.
      --select <method>       Cut filters that are alive, too: those of the
                              smallest sum of |w| (li) or |γ| (slimming), those
                              most often 0 (apoz, needs --corpus), those that
                              matter least to the loss (taylor, needs a --corpus
                              with labels), or by chance. (values: li, slimming,
                              apoz, taylor, random)
      --fraction <f>          The part of the filters that --select takes, 0…1.
      --macs <60%|300M>       In place of --fraction: select as much as leaves at
                              most this part of the multiply-accumulates, or this
                              number. Several budgets hold together; without
                              --select they take li.
      --parameters <40%|5M>   The same of the parameters.
      --bytes <2MB|1MiB|50%>  The same of the file's length.
      --latency <0.6|3ms>     The same of the time of a run, or so long a time,
                              measured on this machine in turns with the dense
                              model, at the first --batch and --threads of
                              'compress', a batch of 1 with 'prune'.
      --error <+0.5>          Select as much as raises the top-1 error by at most
                              this many points, on labelled images held out of the
                              --corpus, which decide nothing else. Beside other
                              budgets: refuse what rises more.
      --scope <layer|global>  Of which filters the fraction is: each layer's, or
                              all. Default: global for slimming and taylor, else
                              layer. (values: layer, global)
      --seed <n>              The seed of --select random. Default: 1.
      --keep-at-least <n>     Filters that --select leaves in every layer. Default:
                              1.
      --protect <pattern>     Layers that keep all their filters, by name with *
                              and ?. May be repeated.
      --align <4|8|16|auto>   Keep dead filters as padding, so that cut layers have
                              a multiple of this many. auto takes what is fastest
                              on this machine. (values: 4, 8, 16, auto)
      --recalibrate           Estimate the statistics of all batch normalizations
                              anew over the corpus, unless the cut is exact. Then
                              there is no default tolerance.
      --pixels <preset>       How the model was trained to see bytes: 0..255 (as
                              they are), 0..1 (x / 255), -1..1 (x / 127.5 − 1),
                              caffe (BGR less its means), imagenet (x / 255,
                              normalized per channel). Default: as the model says,
                              else as the images' file notes. (values: 0..255,
                              0..1, -1..1, caffe, imagenet)
      --scale <s>             In place of --pixels: a pixel x is fed as (x · scale
                              − mean) / std. What is not given of the three is 1, 0
                              and 1.
      --mean <m,…>            One number, or one per channel.
      --std <s,…>             One number, or one per channel.
      --resize <n>            Resize images to squares of n pixels, whatever their
                              proportions.
      --crop <n>              Then cut a square of n pixels from the middle.
      --limit <n>             Use the first n images only.
      --batch <n>             Images that are run at a time. (default: 32)
      --threads <n>           Threads to compute on. Default: all cores.
      --backend <name>        Kernels to run with: native, openblas or reference.
                              Default: native. (values: native, openblas,
                              reference; default: native)
      --exact-kernels         No Winograd convolutions, which round more: about
                              1e-6 of a layer's range.
      --json <path|->         Write the result as JSON to a file, or to stdout in
                              place of the text with '-'.
      --report <page.html>    Write the result as a page that stands alone to a
                              file.
      --force                 Overwrite files that exist.
      --version               Show the version.
      -h, --help              Show help information.


    """,
    "compress": """
    OVERVIEW: The main job in one go: audit, surgery, verification, benchmark,
    report.

    Fails without leaving an output when the compact model's answers over the
    corpus deviate beyond the tolerance.

    USAGE: deadwood compress <model> -o <output> --corpus <file> [<options>]

    ARGUMENTS:
      <model>                 The checkpoint: .h5, .hdf5, .keras, or weights with
                              --architecture.

    OPTIONS:
      --architecture <model.json>
                              The model's JSON, for a file that holds weights alone.
      --declare <pattern=function>
                              What a layer or its function computes that cannot be
                              evaluated, by name or class:
                              'clipped_relu*=relu(max=20)', 'rescale=scale(1/255)'.
                              May be repeated.
      -o, --output <output>   The compact checkpoint to write, in the format of the
                              model.
      --corpus <file[:dataset]>
                              Images to watch the filters and to verify on, with
                              labels if there are any. Once for each input of the
                              model, in its order.
      --tolerance <t>         Largest deviation allowed, relative to the output's
                              range. Default: 1e-4 for an exact cut, 1e-2 for an
                              approximate one, any for a lossy one.
      --require-verified      Write nothing unless the compact model is verified:
                              compared within a limit, on images that chose neither
                              the cut nor what stands in for it.
      --criteria <c,…>        Signs of death by which filters may be cut: scale,
                              weight, unread, statistics, activation (needs
                              --corpus), range (for inputs inside --input-range).
                              Default: scale,weight,unread.
      --scale-threshold <t>   Scale: the |γ| of its batch normalization is below
                              this. (default: 0.001)
      --weight-threshold <t>  Weight: the norm of the weights that feed it is below
                              this. (default: 1e-08)
      --activation-threshold <t>
                              Activation: its largest |activation| over the corpus
                              is at most this. (default: 1e-12)
      --input-range <lo:hi,…> The numbers that the model is fed at most,
                              preprocessed: 0:1, or one range per channel. Proofs
                              of the criterion 'range' hold inside. Once for each
                              input of the model, in its order. Default: what
                              pixels from 0 to 255 become.
      --relaxation            Also bound each layer by what the layer before it
                              reads, through a linear relaxation of the activation
                              between: proves more filters dead, and may take
                              minutes.
      --select <method>       Cut filters that are alive, too: those of the
                              smallest sum of |w| (li) or |γ| (slimming), those
                              most often 0 (apoz, needs --corpus), those that
                              matter least to the loss (taylor, needs a --corpus
                              with labels), or by chance. (values: li, slimming,
                              apoz, taylor, random)
      --fraction <f>          The part of the filters that --select takes, 0…1.
      --macs <60%|300M>       In place of --fraction: select as much as leaves at
                              most this part of the multiply-accumulates, or this
                              number. Several budgets hold together; without
                              --select they take li.
      --parameters <40%|5M>   The same of the parameters.
      --bytes <2MB|1MiB|50%>  The same of the file's length.
      --latency <0.6|3ms>     The same of the time of a run, or so long a time,
                              measured on this machine in turns with the dense
                              model, at the first --batch and --threads of
                              'compress', a batch of 1 with 'prune'.
      --error <+0.5>          Select as much as raises the top-1 error by at most
                              this many points, on labelled images held out of the
                              --corpus, which decide nothing else. Beside other
                              budgets: refuse what rises more.
      --scope <layer|global>  Of which filters the fraction is: each layer's, or
                              all. Default: global for slimming and taylor, else
                              layer. (values: layer, global)
      --seed <n>              The seed of --select random. Default: 1.
      --keep-at-least <n>     Filters that --select leaves in every layer. Default:
                              1.
      --protect <pattern>     Layers that keep all their filters, by name with *
                              and ?. May be repeated.
      --align <4|8|16|auto>   Keep dead filters as padding, so that cut layers have
                              a multiple of this many. auto takes what is fastest
                              on this machine. (values: 4, 8, 16, auto)
      --recalibrate           Estimate the statistics of all batch normalizations
                              anew over the corpus, unless the cut is exact. Then
                              there is no default tolerance.
      --pixels <preset>       How the model was trained to see bytes: 0..255 (as
                              they are), 0..1 (x / 255), -1..1 (x / 127.5 − 1),
                              caffe (BGR less its means), imagenet (x / 255,
                              normalized per channel). Default: as the model says,
                              else as the images' file notes. (values: 0..255,
                              0..1, -1..1, caffe, imagenet)
      --scale <s>             In place of --pixels: a pixel x is fed as (x · scale
                              − mean) / std. What is not given of the three is 1, 0
                              and 1.
      --mean <m,…>            One number, or one per channel.
      --std <s,…>             One number, or one per channel.
      --resize <n>            Resize images to squares of n pixels, whatever their
                              proportions.
      --crop <n>              Then cut a square of n pixels from the middle.
      --limit <n>             Use the first n images only.
      --batch <n,…>           Batch sizes. Default: 1,32.
      --threads <n,…>         Numbers of threads. Default: 1 and all cores.
      --seconds <s>           Seconds of measuring for each batch size and number
                              of threads. (default: 3.0)
      --json <path|->         Write the result as JSON to a file, or to stdout in
                              place of the text with '-'.
      --report <page.html>    Write the result as a page that stands alone to a
                              file.
      --force                 Overwrite files that exist.
      --version               Show the version.
      -h, --help              Show help information.


    """,
    "benchmark": """
    OVERVIEW: Measures latency and throughput of models in turns, on the same
    kernels.

    Several models are measured interleaved; each is held against the first.

    USAGE: deadwood benchmark <models> ... [<options>]

    ARGUMENTS:
      <models>                The checkpoints; the first is the reference.

    OPTIONS:
      --architecture <model.json>
                              The model's JSON, for a file that holds weights alone.
      --declare <pattern=function>
                              What a layer or its function computes that cannot be
                              evaluated, by name or class:
                              'clipped_relu*=relu(max=20)', 'rescale=scale(1/255)'.
                              May be repeated.
      --batch <n,…>           Batch sizes. Default: 1,32.
      --threads <n,…>         Numbers of threads. Default: 1 and all cores.
      --seconds <s>           Seconds of measuring for each batch size and number
                              of threads. (default: 3.0)
      --backend <name>        Kernels to run with: native, openblas or reference.
                              Default: native. (values: native, openblas,
                              reference; default: native)
      --exact-kernels         No Winograd convolutions, which round more: about
                              1e-6 of a layer's range.
      --layers                Time each layer's kernel too, in runs of their own.
      --baseline <old.json>   Tell what became faster or slower since an earlier
                              benchmark, kept with --json.
      --json <path|->         Write the result as JSON to a file, or to stdout in
                              place of the text with '-'.
      --report <page.html>    Write the result as a page that stands alone to a
                              file.
      --force                 Overwrite files that exist.
      --version               Show the version.
      -h, --help              Show help information.


    """,
    "reproduce": """
    OVERVIEW: Runs an experiment of the papers at a chosen scale, and sets the
    papers' numbers beside the measured ones.

    Each row of the experiment is trained, watched over the test images, cut at |γ|
    < 1e-3 and tested again. The folder gets, for each row and seed, the trained
    model and its result, and <name>-summary.md and .json. What is done there is
    not done again: after Ctrl-C the same command goes on.

    Training as the papers did takes days for a table. A short run shows what a
    long one does only where steps · λ is about the same; below 7 no filter dies of
    decay alone. See --scale-lambda.

    USAGE: deadwood reproduce --list [<name>]
           deadwood reproduce <name> --data <path> -o <folder> [<options>]

    ARGUMENTS:
      <name>                  The experiment: see --list.

    OPTIONS:
      --list                  Show what there is, or the rows of the one named, and
                              do nothing.
      --rows <row,…>          These rows only.
      --width <x>             What the width of every network is multiplied with.
                              (default: 1.0)
      --epochs <n,…>          Epochs of each segment at the usual batch. Default:
                              the papers'.
      --scale-lambda <x>      Multiply every λ with this, or, with 'steps', with
                              what the steps are fewer by than the papers'.
      --gamma <x>             What γ of every batch normalization starts with: a
                              number, or uniform: each drawn from 0 to 1. (default:
                              1.0)
      --seeds <n,…>           Of initial weights, order and augmentation: each row
                              runs once with each. Default: 0.
      --dataset <kind>        What the images are. Default: the papers'. (values:
                              cifar10, cifar100, mnist, fashion-mnist,
                              tiny-imagenet, folder, hdf5)
      --data <path>           The folder or file that holds it.
      --limit <n>             Learn from the first n images only.
      --test-limit <n>        Test on the first n images only.
      -o, --output <folder>   The folder for models and results; made where there
                              is none.
      --threads <n>           Threads to compute on. Default: all cores.
      --json <path|->         Write the result as JSON to a file, or to stdout in
                              place of the text with '-'.
      --report <page.html>    Write the result as a page that stands alone to a
                              file.
      --force                 Overwrite files that exist.
      --version               Show the version.
      -h, --help              Show help information.


    """,
    "convert": """
    OVERVIEW: Writes a checkpoint in another of Keras's formats, or a data set as
    one HDF5 file that every command reads.

    A checkpoint becomes a new model of Keras 3: an archive where the output ends
    in .keras, else a legacy .h5 file.

    A data set is a folder in CIFAR's binary layout, of IDX files, of Tiny
    ImageNet, or of JPEG and PNG files with a folder for each class (below train
    and val or test, where there are such); an IDX file; or an HDF5 file.

    Its file holds images 'x' and labels 'y'; x_train, y_train, x_test and y_test
    where the input has both parts and none is named. Pixels stay as they are:
    --pixels, or --scale, --mean and --std, are noted for models that do not say
    themselves how they were trained, by default what is usual for the data set: x
    / 255, CIFAR and pictures normalized per channel.

    USAGE: deadwood convert <input> -o <output> [<options>]

    ARGUMENTS:
      <input[:part]>          The checkpoint, the data set, or one part of it:
                              cifar:test.

    CHECKPOINTS:
      --architecture <model.json>
                              The model's JSON, for a file that holds weights alone.
      --declare <pattern=function>
                              What a layer or its function computes that cannot be
                              evaluated, by name or class:
                              'clipped_relu*=relu(max=20)', 'rescale=scale(1/255)'.
                              May be repeated.

    DATA SETS:
      --pixels <preset>       How the model was trained to see bytes: 0..255 (as
                              they are), 0..1 (x / 255), -1..1 (x / 127.5 − 1),
                              caffe (BGR less its means), imagenet (x / 255,
                              normalized per channel). Default: as the model says,
                              else as the images' file notes. (values: 0..255,
                              0..1, -1..1, caffe, imagenet)
      --scale <s>             In place of --pixels: a pixel x is fed as (x · scale
                              − mean) / std. What is not given of the three is 1, 0
                              and 1.
      --mean <m,…>            One number, or one per channel.
      --std <s,…>             One number, or one per channel.
      --resize <n>            Resize images to squares of n pixels, whatever their
                              proportions.
      --crop <n>              Then cut a square of n pixels from the middle.
      --limit <n>             Use the first n images only.

    OPTIONS:
      -o, --output <output>   The file to write.
      --force                 Overwrite the output if it exists.
      --version               Show the version.
      -h, --help              Show help information.


    """,
    "train": """
    OVERVIEW: Trains a network of the papers, or goes on training a checkpoint.

    After each epoch the model is written to the output, and beside it, under the
    same name with .training, all that is needed to go on: Ctrl-C saves and stops,
    and the same command with --resume ends with the very bytes of a run that was
    never interrupted.

    USAGE: deadwood train --network <name> --dataset <kind> --data <path> -o <model>
           deadwood train --from <model> --dataset <kind> --data <path> -o <model>

    NETWORK:
      --width <x>             Channels of every layer, as a multiple of the
                              paper's. BasicNet: 1, 0.5, 0.25. (default: 1.0)
      --leaky <x>             The slope of leaky ReLU below 0. Default: plain ReLU.
      --poolings <n,…>        BasicNet: the convolutions that a 2×2 max pooling
                              follows. Default: 2,4,6.
      --head <head>           What follows the convolutions. Default: by the size
                              of the images. (values: cifar, tiny-imagenet,
                              imagenet, linear)
      --gamma <x>             What γ of every batch normalization starts with: a
                              number, or uniform: each drawn from 0 to 1. (default:
                              1.0)
      --beta <x>              What β of every batch normalization starts with.
                              (default: 0.0)
      --dropout <x>           The rate of dropout behind hidden dense layers.
                              Default: the network's own.
      --hidden <n,…>          Hidden units of mlp and smallcnn, layer by layer.
                              Default: 1000.

    IMAGES:
      --dataset <kind>        What the images come as. (values: cifar10, cifar100,
                              mnist, fashion-mnist, tiny-imagenet, folder, hdf5)
      --data <path>           The folder or file that holds it.
      --flips/--no-flips      Flip every other image, by chance, left to right.
                              Default: yes, but not for MNIST kinds and HDF5.
      --pad-crop <pixels>     Random crops of the image with this many black pixels
                              around it.
      --resize <pixels>       Resize pictures to this side first.
      --crop <pixels>         Random square crops of this side; test images are
                              cropped in the middle.
      --pixels <preset>       How the model was trained to see bytes: 0..255 (as
                              they are), 0..1 (x / 255), -1..1 (x / 127.5 − 1),
                              caffe (BGR less its means), imagenet (x / 255,
                              normalized per channel). Default: as the model says,
                              else as the images' file notes. (values: 0..255,
                              0..1, -1..1, caffe, imagenet)
      --scale <s>             In place of --pixels: a pixel x is fed as (x · scale
                              − mean) / std. What is not given of the three is 1, 0
                              and 1.
      --mean <m,…>            One number, or one per channel.
      --std <s,…>             One number, or one per channel.
      --limit <n>             Learn from the first n images only.
      --test-limit <n>        Test on the first n images only.

    RECIPE:
      --epochs <n,…>          Epochs of each segment; each further one runs at a
                              fraction of the rate, see --lr-drop. Default: 250,75.
      --batch <n>             Images of a step. (default: 40)
      --optimizer <name>      adadelta, adagrad, adam, adamax, amsgrad, nesterov,
                              rmsprop, sgd. Default: adam.
      --lr <η>                The learning rate. Default: the optimizer's, as the
                              papers use it.
      --lr-drop <x>           What the rate is multiplied with from segment to
                              segment. (default: 0.1)
      --schedule <steps|cosine>
                              steps: the same rate all through a segment; cosine:
                              half a cosine over all of them. (values: steps,
                              cosine; default: steps)
      --warm-up <n>           Steps over which the rate rises from 0. (default: 0)
      --l2 <λ>                L2: λθ is added to every gradient. (default: 0.0)
      --weight-decay <λ>      Decoupled weight decay: θ ← θ (1 − λ η/η₀) after each
                              step. (default: 0.0)
      --slimming <λ>          Network Slimming's λ Σ|γ|. (default: 0.0)
      --gamma-rate <x>        What the learning rate of γ is multiplied with.
                              (default: 1.0)
      --beta-rate <x>         What the learning rate of β is multiplied with.
                              (default: 1.0)
      --label-smoothing <ε>   The share of each target that is spread over all
                              classes. (default: 0.0)
      --seed <n>              Of initial weights, order, augmentation and dropout.
                              (default: 0)

    OPTIONS:
      --network <name>        A network of the papers, with fresh weights. (values:
                              basicnet, vgg11, vgg13, vgg16, vgg19, resnet20,
                              resnet56, resnet50, mlp, smallcnn)
      --from <model>          A checkpoint to start from, instead of a network by
                              name.
      --architecture <model.json>
                              The model's JSON, for a file that holds weights alone.
      --declare <pattern=function>
                              What a layer or its function computes that cannot be
                              evaluated, by name or class:
                              'clipped_relu*=relu(max=20)', 'rescale=scale(1/255)'.
                              May be repeated.
      -o, --output <output>   The model to write: .h5 or .keras; for --from in the
                              model's own format.
      --history <path>        Write what each epoch was like to a file, as JSON or
                              CSV by its ending.
      --max-steps <n>         Stop after so many steps in all.
      --resume                Go on where a run of the same settings stopped, or
                              from its end with more --epochs; begin where there is
                              none.
      --threads <n>           Threads to compute on. Default: all cores.
      --json <path|->         Write the result as JSON to a file, or to stdout in
                              place of the text with '-'.
      --report <page.html>    Write the result as a page that stands alone to a
                              file.
      --force                 Overwrite files that exist.
      --version               Show the version.
      -h, --help              Show help information.


    """,
    "simulate": """
    OVERVIEW: A scale under regularizer and optimizer alone: how fast it falls when
    its filter is dead.

    Each scale starts at 1 and sees gradients of noise: standard deviation 1e-3 for
    100 steps, then 1e-5, as in figure 4 of Mehta et al. 2019. Shown is |θ|: the
    median of the trials, and their 5 % and 95 % quantiles.

    USAGE: deadwood simulate [<options>]

    OPTIONS:
      --optimizers <name,…>   Optimizers, or all of the papers'.
      --lr <η>                The learning rate. Default: each optimizer's own.
      --l2 <λ>                L2: λθ is added to the gradient. (default: 0.0001)
      --weight-decay <λ>      Decoupled weight decay. (default: 0.0)
      --steps <n,…>           Steps to show, ascending.
      --deviations <v,v>      Standard deviations of the early and of the late
                              gradients.
      --early-steps <n>       How many steps are early ones. (default: 100)
      --trials <n>            How many scales, each with its own noise. (default:
                              256)
      --seed <n>              Of the noise. (default: 0)
      --json <path|->         Write the result as JSON to a file, or to stdout in
                              place of the text with '-'.
      --report <page.html>    Write the result as a page that stands alone to a
                              file.
      --force                 Overwrite files that exist.
      --version               Show the version.
      -h, --help              Show help information.


    """,
    "merge": """
    OVERVIEW: Puts the parts of a sharded analyze, evaluate or predict together.

    The result is that of one run over all images, to the bit. Of 'analyze' the
    model and the images are read again, where the shards found them, to plan the
    cut and to compare some answers.

    USAGE: deadwood merge <part> ... [<options>]

    ARGUMENTS:
      <parts>                 The files that the shards wrote, in any order.

    OPTIONS:
      --model <file>          Of analyze: where the model is now.
      --corpus <file[:dataset]>
                              Of analyze: where the images are now, as for it.
      -o, --output <file>     Of predict: the file to write.
      --mixed                 Take parts that were computed with different
                              instructions, and so differ in the last bits.
      --threads <n>           Threads to compute on. Default: all cores.
      --json <path|->         Write the result as JSON to a file, or to stdout in
                              place of the text with '-'.
      --report <page.html>    Write the result as a page that stands alone to a
                              file.
      --force                 Overwrite files that exist.
      --version               Show the version.
      -h, --help              Show help information.


    """,
    "view": """
    OVERVIEW: Writes the page of a result that was kept as JSON.

    The page is the one that --report would have written, to the byte.

    USAGE: deadwood view <result.json> -o <page.html> [--force]

    ARGUMENTS:
      <result.json>           What a command wrote with --json.

    OPTIONS:
      -o, --output <output>   The page to write.
      --force                 Overwrite the output if it exists.
      --version               Show the version.
      -h, --help              Show help information.


    """,
]
