using BenchmarkDotNet.Attributes;
using ExpertCluster.Gating.Serving;
using ExpertCluster.Text.Tokenization;

namespace ExpertCluster.Bench.Micro;

/// <summary>Once a step: a window for every row, of which a decoding stream has one and a prompt one a token.</summary>
public class TokenGateBenchmarks
{
    private TokenGate _gate = null!;
    private int[] _windows = [];
    private float[] _scores = [];

    [Params(1, 8, 32, 256)]
    public int Windows { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var demo = BenchModel.Demo();
        _gate = TokenGate.Load(demo.Gates, demo.Base.Name);
        int[] tokens = Tokenizer.Load(demo.Model.TokenizerPath).Encode(Texts.Long);
        _windows = new int[Windows * _gate.Window];
        _scores = new float[Windows * _gate.Classes.Count];
        for (int i = 0; i < Windows; i++)
        {
            tokens.AsSpan(i % (tokens.Length - _gate.Window), _gate.Window).CopyTo(_windows.AsSpan(i * _gate.Window));
        }
    }

    [GlobalCleanup]
    public void Cleanup() => _gate.Dispose();

    [Benchmark]
    public void Score() => _gate.Score(_windows, Windows, _scores);
}
