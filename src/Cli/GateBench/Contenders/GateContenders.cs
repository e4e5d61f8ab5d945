namespace ExpertCluster.Cli.GateBench.Contenders;

/// <summary>All contenders, in the order of the tables' columns.</summary>
internal sealed class GateContenders : IDisposable
{
    private readonly EncodedTexts[] _encoders;

    /// <param name="encoders">Folders of sentence models; each is opened when it is first needed.</param>
    public GateContenders(IEnumerable<string> encoders)
    {
        _encoders = [.. encoders.Select(folder => new EncodedTexts(folder))];
        All =
        [
            new MajorityContender(), new TfIdfContender(), new NgramContender(),
            .. _encoders.SelectMany(e => (IGateContender[])
            [
                new EmbeddingCentroidContender(e), new EmbeddingSoftmaxContender(e), new EmbeddingsContender(e), new StackedContender(e),
            ]),
        ];
    }

    public IReadOnlyList<IGateContender> All { get; }

    /// <param name="kinds">Names, several of them with commas between; none: all contenders.</param>
    /// <exception cref="InvalidDataException">One of them is none of the contenders'.</exception>
    public IReadOnlyList<IGateContender> Choose(IEnumerable<string> kinds)
    {
        string[] names = [.. kinds.SelectMany(k => k.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
        return names.FirstOrDefault(n => All.All(c => c.Name != n)) is { } unknown
            ? throw new InvalidDataException($"--kinds has '{unknown}'; there are {string.Join(", ", All.Select(c => c.Name))}")
            : names.Length == 0 ? All : [.. All.Where(c => names.Contains(c.Name))];
    }

    public void Dispose() => Array.ForEach(_encoders, e => e.Dispose());
}
