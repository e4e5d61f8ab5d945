using System.Runtime.InteropServices;
using ExpertCluster.Models.Onnx.Format;
using Google.Protobuf;

namespace ExpertCluster.Models.Onnx;

/// <summary>
/// Writes an ONNX model node by node. Every tensor is named by the caller; nodes must come in an order in which each
/// input is already known. Small constants lie in the model, large ones in a <see cref="WeightFile"/> beside it.
/// </summary>
public sealed class GraphBuilder
{
    /// <summary>The domain of ONNX Runtime's own operators.</summary>
    public const string Microsoft = "com.microsoft";

    private const long IrVersion = 8;
    private const long OpsetVersion = 17;

    private readonly GraphProto _graph;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _domains = new(StringComparer.Ordinal) { string.Empty };

    public GraphBuilder(string name) => _graph = new GraphProto { Name = name };

    public string Input(string name, OnnxType type, params IEnumerable<GraphDimension> shape)
    {
        _graph.Input.Add(Value(name, type, shape));
        return Learn(name);
    }

    /// <summary>Declares a tensor that a node already gives as an output of the model.</summary>
    public void Output(string name, OnnxType type, params IEnumerable<GraphDimension> shape) =>
        _graph.Output.Add(Value(Known(name), type, shape));

    public string Constant(string name, ReadOnlySpan<long> values, params IEnumerable<long> shape) =>
        Constant(name, OnnxType.Int64, MemoryMarshal.AsBytes(values), shape);

    public string Constant(string name, ReadOnlySpan<float> values, params IEnumerable<long> shape) =>
        Constant(name, OnnxType.Float32, MemoryMarshal.AsBytes(values), shape);

    /// <summary>A constant that lies in a weight file; mentioning it again changes nothing.</summary>
    internal string Weight(WeightEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return Weight(entry.Name, entry.Type, entry);
    }

    /// <summary>
    /// A float32 constant whose place in the weight file holds float16: who opens the graph must supply it widened. A runtime
    /// that would read the file by itself finds half the bytes that it needs, and refuses.
    /// </summary>
    internal string Widened(string name, WeightEntry entry) => Weight(name, OnnxType.Float32, entry);

    private string Weight(string name, OnnxType type, WeightEntry entry)
    {
        if (_known.Contains(name))
        {
            return name;
        }

        var tensor = Tensor(name, type, entry.Shape);
        tensor.DataLocation = TensorProto.Types.DataLocation.External;
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = entry.File });
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = $"{entry.Offset}" });
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = $"{entry.Length}" });
        return name;
    }

    /// <summary>Whether a tensor of that name exists by now.</summary>
    public bool Has(string name) => _known.Contains(name);

    /// <summary>Adds a node with one output, and returns its name. An empty input name leaves that input out.</summary>
    public string Node(
        string op, string output, IEnumerable<string> inputs, string domain = "", params IEnumerable<NodeAttribute> attributes)
    {
        Nodes(op, [output], inputs, domain, attributes);
        return output;
    }

    /// <summary>Adds a node with several outputs, named after the first. An empty output name leaves that one out.</summary>
    public void Nodes(
        string op,
        IReadOnlyList<string> outputs,
        IEnumerable<string> inputs,
        string domain = "",
        params IEnumerable<NodeAttribute> attributes)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        NodeProto node = new() { Name = outputs[0], OpType = op, Domain = domain };
        node.Input.AddRange(inputs.Select(Known));
        node.Output.AddRange(outputs);
        node.Attribute.AddRange(attributes.Select(a => a.Proto));
        _graph.Node.Add(node);
        foreach (string output in outputs.Where(o => o.Length > 0))
        {
            Learn(output);
        }

        _domains.Add(domain);
    }

    public void Save(string path)
    {
        ModelProto model = new() { IrVersion = IrVersion, ProducerName = "expertcluster", Graph = _graph };
        foreach (string domain in _domains)
        {
            model.OpsetImport.Add(new OperatorSetIdProto { Domain = domain, Version = domain.Length == 0 ? OpsetVersion : 1 });
        }

        using FileStream file = new(path, FileMode.CreateNew, FileAccess.Write);
        model.WriteTo(file);
    }

    private string Constant(string name, OnnxType type, ReadOnlySpan<byte> bytes, IEnumerable<long> shape)
    {
        Tensor(name, type, shape).RawData = ByteString.CopyFrom(bytes);
        return name;
    }

    private TensorProto Tensor(string name, OnnxType type, IEnumerable<long> shape)
    {
        TensorProto tensor = new() { Name = Learn(name), DataType = (int)type };
        tensor.Dims.AddRange(shape);
        _graph.Initializer.Add(tensor);
        return tensor;
    }

    private static ValueInfoProto Value(string name, OnnxType type, IEnumerable<GraphDimension> shape)
    {
        TensorShapeProto dimensions = new();
        foreach (var dimension in shape)
        {
            dimensions.Dim.Add(dimension.Symbol is string symbol
                ? new TensorShapeProto.Types.Dimension { DimParam = symbol }
                : new TensorShapeProto.Types.Dimension { DimValue = dimension.Size });
        }

        TypeProto.Types.Tensor tensor = new() { ElemType = (int)type, Shape = dimensions };
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } };
    }

    private string Learn(string name) =>
        _known.Add(name) ? name : throw new ArgumentException($"The graph has two tensors named {name}.", nameof(name));

    private string Known(string name) =>
        name.Length == 0 || _known.Contains(name)
            ? name
            : throw new ArgumentException($"The graph has no tensor {name} yet.", nameof(name));
}
