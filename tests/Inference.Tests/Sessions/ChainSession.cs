using ExpertCluster.Inference.Tests.Support;
using ExpertCluster.Sessions;
using ExpertCluster.TestSupport;
using Microsoft.ML.OnnxRuntime;

namespace ExpertCluster.Inference.Tests.Sessions;

/// <summary>A session on y = x after a chain of additions, everything of a run in one place.</summary>
internal sealed class ChainSession : IDisposable
{
    private readonly float[] _input = new float[Length];
    private readonly float[] _output = new float[Length];

    /// <param name="nodes">An odd number: the last adds.</param>
    public ChainSession(int nodes = 33)
    {
        using var folder = new TemporaryFolder();
        string path = folder["chain.onnx"];
        File.WriteAllBytes(path, SmallGraphs.Chain(nodes));
        using var options = new SessionOptions { IntraOpNumThreads = 1 };
        Session = new OnnxSession(path, options);
        Array.Fill(_input, 3);
        Input = OnnxTensor.Over(_input.AsMemory(), Length);
        Output = OnnxTensor.Over(_output.AsMemory(), Length);
        Binding = Session.CreateBinding();
        Binding.BindInput("x", Input);
        Binding.BindOutput("y", Output);
    }

    public static int Length => 2_000;

    public OnnxSession Session { get; }

    public RunControl Control { get; } = new();

    public OnnxBinding Binding { get; }

    public OnnxTensor Input { get; }

    public OnnxTensor Output { get; }

    /// <summary>By name: session, control, binding, input, output.</summary>
    public IDisposable Part(string name) => name switch
    {
        "session" => Session,
        "control" => Control,
        "binding" => Binding,
        "input" => Input,
        "output" => Output,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
    };

    public void RunByNames() => Session.Run(Control, ["x"], [Input], ["y"], [Output]);

    public void RunBound() => Binding.Run(Control);

    /// <summary>Whether the last run wrote the chain's answer.</summary>
    public bool IsRight() => Array.TrueForAll(_output, value => value == 6);

    public void Dispose()
    {
        foreach (string part in new[] { "binding", "input", "output", "control", "session" })
        {
            Part(part).Dispose();
        }
    }
}
