using ExpertCluster.Gating.Embeddings;

namespace ExpertCluster.Cli.GateBench.Contenders;

/// <summary>A sentence model, opened when it is first asked, and what it said: every lesson and contender asks for the same texts.</summary>
internal sealed class EncodedTexts(string folder) : IDisposable
{
    /// <summary>Some 300 MB at 384 numbers each; what is more is encoded again.</summary>
    private const int MostKept = 200_000;

    private readonly Lazy<SentenceEncoder> _encoder = new(() => SentenceEncoder.Load(folder));
    private readonly Dictionary<string, float[]> _kept = new(StringComparer.Ordinal);

    public string Folder => folder;

    /// <summary>Of the model: its folder's.</summary>
    public string Name => Path.GetFileName(Path.TrimEndingDirectorySeparator(folder));

    public float[] Of(string text)
    {
        if (!_kept.TryGetValue(text, out float[]? vector))
        {
            vector = new float[_encoder.Value.Width];
            _encoder.Value.Encode(text, vector);
            if (_kept.Count < MostKept)
            {
                _kept.Add(text, vector);
            }
        }

        return vector;
    }

    public void Dispose()
    {
        if (_encoder.IsValueCreated)
        {
            _encoder.Value.Dispose();
        }
    }
}
