using ExpertCluster.Gating.Artefacts;
using ExpertCluster.Models.Import;
using ExpertCluster.Sessions;
using Microsoft.ML.OnnxRuntime;

namespace ExpertCluster.Gating.Embeddings;

/// <summary>A sentence model's graph, or a classifier's, opened.</summary>
internal sealed class EncoderSession : IDisposable
{
    public const int MaxWidth = 8_192;

    private const string Ids = "input_ids";
    private const string Mask = "attention_mask";
    private const string Types = "token_type_ids";

    /// <summary>In the order of preference: what gives each token a vector can be pooled as the model's metadata say.</summary>
    private static readonly string[] TokenOutputs = ["last_hidden_state", "token_embeddings"];
    private const string SentenceOutput = "sentence_embedding";
    private const string ClassifierOutput = "logits";

    private readonly OnnxSession _session;
    private readonly RunControl _control = new();
    private readonly string[] _inputs;
    private readonly string[] _outputs;

    private EncoderSession(OnnxSession session, string[] inputs, string output, int width)
    {
        (_session, _inputs, _outputs, Width) = (session, inputs, [output], width);
        IsPooled = output is SentenceOutput or ClassifierOutput;
    }

    /// <summary>Of a vector.</summary>
    public int Width { get; }

    /// <summary>Whether the graph gives one vector for each text, else one for each token.</summary>
    public bool IsPooled { get; }

    /// <exception cref="GateFormatException">It is none.</exception>
    /// <param name="path">For messages.</param>
    /// <param name="graph">All of it.</param>
    /// <param name="classifies">Whether it is a classifier's.</param>
    public static EncoderSession Open(string path, byte[] graph, bool classifies)
    {
        using SessionOptions options = new() { IntraOpNumThreads = 1, InterOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        return CheckedGraph.Open(path, graph, options, () => ForeignGraph.Check(path, graph), session => Of(session, path, classifies));
    }

    /// <summary>One run. Arrays may be longer than asked for.</summary>
    /// <param name="rows">Texts.</param>
    /// <param name="tokens">Of each, with padding.</param>
    /// <param name="ids">[rows, tokens].</param>
    /// <param name="mask">[rows, tokens]: 1 for a token, 0 for padding.</param>
    /// <param name="types">[rows, tokens] of 0.</param>
    /// <param name="vectors">[rows, tokens, Width], or [rows, Width] where the graph pools.</param>
    /// <exception cref="OnnxRuntimeException">The run failed.</exception>
    /// <exception cref="ObjectDisposedException">The encoder was disposed.</exception>
    public void Run(int rows, int tokens, long[] ids, long[] mask, long[] types, float[] vectors)
    {
        int count = rows * tokens;
        using var first = OnnxTensor.Over(ids.AsMemory(0, count), rows, tokens);
        using var second = OnnxTensor.Over(mask.AsMemory(0, count), rows, tokens);
        using var third = OnnxTensor.Over(types.AsMemory(0, count), rows, tokens);
        using var output = IsPooled
            ? OnnxTensor.Over(vectors.AsMemory(0, rows * Width), rows, Width)
            : OnnxTensor.Over(vectors.AsMemory(0, count * Width), rows, tokens, Width);
        _session.Run(_control, _inputs, _inputs.Length == 3 ? [first, second, third] : [first, second], _outputs, [output]);
    }

    public void Dispose()
    {
        _session.Dispose();
        _control.Dispose();
    }

    private static EncoderSession Of(OnnxSession session, string path, bool classifies)
    {
        string[] inputs = session.Inputs.ContainsKey(Types) ? [Ids, Mask, Types] : [Ids, Mask];
        foreach (string name in inputs)
        {
            if (!session.Inputs.TryGetValue(name, out var input) || input.ElementType != typeof(long) || input.Dimensions.Length != 2)
            {
                throw new GateFormatException($"{path}: input {name} is {Shown(input)}; a sentence encoder has 64-bit integers [texts, tokens]");
            }
        }

        if (session.Inputs.Keys.FirstOrDefault(i => !inputs.Contains(i)) is { } other)
        {
            throw new GateFormatException($"{path}: input {other} is none that a sentence encoder has: {Ids}, {Mask}, {Types}");
        }

        string[] known = classifies ? [ClassifierOutput] : [.. TokenOutputs, SentenceOutput];
        string name2 = known.FirstOrDefault(session.Outputs.ContainsKey)
            ?? throw new GateFormatException($"{path}: gives {string.Join(", ", session.Outputs.Keys)}; {(classifies ? "a classifier" : "a sentence encoder")} gives {string.Join(" or ", known)}");
        var output = session.Outputs[name2];
        int rank = name2 is SentenceOutput or ClassifierOutput ? 2 : 3;
        if (output.ElementType != typeof(float) || output.Dimensions.Length != rank || output.Dimensions[^1] is < 1 or > MaxWidth)
        {
            throw new GateFormatException(
                $"{path}: output {name2} is {Shown(output)}; it must be 32-bit floats [texts, {(rank == 3 ? "tokens, " : "")}1 to {MaxWidth}]");
        }

        return new EncoderSession(session, inputs, name2, output.Dimensions[^1]);
    }

    private static string Shown(NodeMetadata? node) => node is null ? "missing" : $"{node.ElementType.Name} [{string.Join(", ", node.Dimensions)}]";
}
