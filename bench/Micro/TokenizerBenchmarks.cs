using BenchmarkDotNet.Attributes;
using ExpertCluster.Text.Tokenization;

namespace ExpertCluster.Bench.Micro;

/// <summary>Encoding is once a request, decoding once a token.</summary>
public class TokenizerBenchmarks
{
    private Tokenizer _tokenizer = null!;
    private int[] _tokens = [];

    [GlobalSetup]
    public void Setup()
    {
        _tokenizer = Tokenizer.Load(BenchModel.Demo().Model.TokenizerPath);
        _tokens = _tokenizer.Encode(Texts.Long)[..256];
    }

    [Benchmark]
    public int EncodeShort() => _tokenizer.Encode(Texts.Short).Length;

    [Benchmark]
    public int EncodeLong() => _tokenizer.Encode(Texts.Long).Length;

    /// <summary>An operation is one token.</summary>
    [Benchmark(OperationsPerInvoke = 256)]
    public int DecodeStreaming()
    {
        var decoder = new StreamingDecoder(_tokenizer);
        int length = 0;
        foreach (int token in _tokens)
        {
            length += decoder.Append(token).Length;
        }

        return length + decoder.Flush().Length;
    }
}
