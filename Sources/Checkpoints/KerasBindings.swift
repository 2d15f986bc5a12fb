import Graphs

/// What binds a graph to a checkpoint in one of Keras's formats.
struct KerasBindings {
    let path: String
    let format: CheckpointFormat
    let graph: Graph
    /// Whether the file holds a training configuration or an optimizer's state.
    let isCompiled: Bool
    /// The model's JSON: `model_config`, `config.json`, or the architecture's file.
    let config: JSON
    let version: KerasVersion
    let model: ModelConfig
    /// One for each layer of the graph, in its order.
    let layers: [LayerBinding]
    /// How the groups of its weights are named, in Keras's own format.
    let numbering: GroupNumbering
    /// Of a file of weights alone.
    let architecturePath: String?
    let declarations: [Declaration]
}

extension KerasBindings: CheckpointBindings {
    var name: String { model.name }
    var files: [String] { [path] + [architecturePath].compactMap { $0 } }

    var losses: [String] {
        var losses = graph.layers.contains { !$0.path.isEmpty } ? ["nested models are flattened into one"] : []
        if isCompiled {
            losses.append("the training configuration and the optimizer's state are left out; compile the model again")
        }
        if config.contains(where: { key, value in
            !value.isNull && (key.hasSuffix("_regularizer") || key.hasSuffix("_constraint"))
        }) {
            losses.append("the regularizers and constraints of its layers are left out; training goes on without them")
        }
        if config.contains(where: { key, value in
            key == "dtype" && !["float32", nil].contains((value["config"]?["name"] ?? value).string)
        }) {
            losses.append("layers compute in float32, whatever their type was")
        }
        return losses
    }
}
