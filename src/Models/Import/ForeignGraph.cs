using ExpertCluster.Models.Checkpoints;
using ExpertCluster.Models.Onnx;
using ExpertCluster.Models.Onnx.Foreign;
using Google.Protobuf;

namespace ExpertCluster.Models.Import;

/// <summary>
/// A graph that somebody else's exporter wrote, as a sentence model's: looked through before a runtime opens what it names. It has
/// operators of ONNX and of the runtime itself, no loops (a run's time is bounded by its input), and needs no file beside its own.
/// </summary>
public static class ForeignGraph
{
    /// <summary>Nodes, those of subgraphs too. The largest encoders of BERT's family have some thousands.</summary>
    private const int MaxNodes = 100_000;

    private static readonly HashSet<string> Domains = [string.Empty, "ai.onnx", GraphBuilder.Microsoft];
    private static readonly HashSet<string> Endless = ["Loop", "Scan"];

    /// <param name="name">Of the file, for messages.</param>
    /// <param name="bytes">All of it.</param>
    /// <exception cref="CheckpointException">It is no graph, names other files, or has what is not let in.</exception>
    public static void Check(string name, byte[] bytes)
    {
        ForeignModel model;
        try
        {
            model = ForeignModel.Parser.WithDiscardUnknownFields(true).ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new CheckpointException(name, null, "is not an ONNX model", e);
        }

        if (model.Graph is null)
        {
            throw new CheckpointException(name, null, "has no graph");
        }

        if (model.Functions.Count > 0)
        {
            throw new CheckpointException(name, model.Functions[0].Name, "is a function of the model's own; export it with functions inlined");
        }

        int nodes = 0;
        CheckGraph(name, model.Graph, ref nodes);
    }

    // As deep as the parser lets messages nest.
    private static void CheckGraph(string file, Onnx.Foreign.ForeignGraph graph, ref int nodes)
    {
        CheckTensors(file, graph.Initializer);
        CheckTensors(file, graph.SparseInitializer.SelectMany(Parts));
        if ((nodes += graph.Node.Count) > MaxNodes)
        {
            throw new CheckpointException(file, null, $"has more than {MaxNodes} nodes");
        }

        foreach (var node in graph.Node)
        {
            if (!Domains.Contains(node.Domain))
            {
                throw new CheckpointException(file, node.Name, $"is of the unknown domain {node.Domain}");
            }

            if (Endless.Contains(node.OpType))
            {
                throw new CheckpointException(file, node.Name, $"is a {node.OpType}: graphs with loops are not run");
            }

            foreach (var attribute in node.Attribute)
            {
                CheckTensors(file, attribute.Tensors.Append(attribute.T).Concat(attribute.SparseTensors.Append(attribute.SparseTensor).SelectMany(Parts)));
                foreach (var inner in attribute.Graphs.Append(attribute.G).OfType<Onnx.Foreign.ForeignGraph>())
                {
                    CheckGraph(file, inner, ref nodes);
                }
            }
        }
    }

    private static IEnumerable<ForeignTensor?> Parts(ForeignSparseTensor? tensor) => tensor is null ? [] : [tensor.Values, tensor.Indices];

    private static void CheckTensors(string file, IEnumerable<ForeignTensor?> tensors)
    {
        foreach (var tensor in tensors)
        {
            if (tensor is not null && (tensor.ExternalData.Count > 0 || tensor.DataLocation != 0))
            {
                throw new CheckpointException(file, tensor.Name, "lies in another file");
            }
        }
    }
}
