using System.Runtime.InteropServices;
using ExpertCluster.Inference.Kernels;
using ExpertCluster.Inference.Tests.Support;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace ExpertCluster.Inference.Tests.Kernels;

/// <summary>A graph of one of our operators, run through the library with ordinary inputs and outputs.</summary>
internal sealed class OperatorSession : IDisposable
{
    private static readonly (string Name, object Value)[] Defaults =
    [
        ("num_heads", 2L), ("kv_heads", 1L), ("scale", 0.5f), ("window", 0L), ("softcap", 0f), ("norm_epsilon", 0f),
    ];

    private readonly SessionOptions _options = new() { IntraOpNumThreads = 2 };
    private readonly RunOptions _runOptions = new();
    private readonly InferenceSession _session;

    private OperatorSession(TestModel model) =>
        _session = CustomOperators.Open(_options, options => new InferenceSession(model.ToBytes(), options));

    /// <summary>2 query heads, 1 key-value head, dimension 4, unless the attributes say otherwise.</summary>
    public static OperatorSession Attention(params (string Name, object Value)[] attributes) =>
        AttentionOf([.. attributes, .. Defaults.Where(d => attributes.All(a => a.Name != d.Name))]);

    public static OperatorSession AttentionWithout(string attribute) => AttentionOf([.. Defaults.Where(d => d.Name != attribute)]);

    /// <summary>y comes from a node, so that the planner may let the output share its memory.</summary>
    public static OperatorSession Lora(params long[] segments) => new(new TestModel()
        .Input("x", TestModel.Float, "T", "I")
        .Input("y0", TestModel.Float, "U", "O")
        .Input("A", TestModel.UInt8, "cap", "Sr", "I2")
        .Input("B", TestModel.UInt8, "cap2", "r", "O2")
        .Input("ranks", TestModel.Int32, "cap3")
        .Input("lora_idx", TestModel.Int32, "T2", "k")
        .Input("lora_w", TestModel.Float, "T3", "k2")
        .Node("Neg", ["y0"], ["y"])
        .Node("RowLora", ["x", "y", "A", "B", "ranks", "lora_idx", "lora_w"], ["z"], CustomOperators.DomainName, ("segments", segments))
        .Node("Neg", ["z"], ["out"])
        .Output("out", TestModel.Float, "T", "O"));

    public IReadOnlyList<float[]> Run(params OrtValue[] inputs)
    {
        using var results = _session.Run(_runOptions, _session.InputNames, inputs, _session.OutputNames);
        float[][] values = [.. results.Select(Floats)];
        Array.ForEach(inputs, i => i.Dispose());
        return values;
    }

    public void Dispose()
    {
        _session.Dispose();
        _options.Dispose();
        _runOptions.Dispose();
    }

    // Caches are bytes to the library.
    private static float[] Floats(OrtValue value) => value.GetTensorTypeAndShape().ElementDataType == TensorElementType.UInt8
        ? MemoryMarshal.Cast<byte, float>(value.GetTensorDataAsSpan<byte>()).ToArray()
        : value.GetTensorDataAsSpan<float>().ToArray();

    private static OperatorSession AttentionOf((string Name, object Value)[] attributes) => new(new TestModel()
        .Input("qkv", TestModel.Float, "T", "W")
        .Input("kc", TestModel.UInt8, "slots", "K", "M", "bytes")
        .Input("vc", TestModel.UInt8, "slots", "K", "M", "bytes")
        .Input("slot", TestModel.Int32, "S")
        .Input("pos", TestModel.Int32, "N")
        .Input("cos", TestModel.Float, "P", "half")
        .Input("sin", TestModel.Float, "Q", "half2")
        .Node(
            "SlotAttention",
            ["qkv", "kc", "vc", "slot", "pos", "cos", "sin"],
            ["attn", "kc.out", "vc.out"],
            CustomOperators.DomainName,
            attributes)
        .Output("attn", TestModel.Float, "T", "A")
        .Output("kc.out", TestModel.UInt8, "slots", "K", "M", "bytes")
        .Output("vc.out", TestModel.UInt8, "slots", "K", "M", "bytes"));
}
