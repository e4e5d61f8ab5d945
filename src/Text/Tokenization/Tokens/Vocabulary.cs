namespace ExpertCluster.Text.Tokenization.Tokens;

/// <summary>Tokens and their ids, those of the model and the added ones together. Immutable.</summary>
internal sealed class Vocabulary
{
    private readonly Dictionary<string, int> _ids;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _idsBySpan;
    private readonly string?[] _tokens;
    private readonly AddedToken?[] _added;

    public Vocabulary(IReadOnlyDictionary<string, int> model, IReadOnlyList<AddedToken> added)
    {
        ModelIds = model;
        _ids = new Dictionary<string, int>(model, StringComparer.Ordinal);
        foreach (var token in added)
        {
            _ids[token.Content] = token.Id;
        }

        _idsBySpan = _ids.GetAlternateLookup<ReadOnlySpan<char>>();
        Size = _ids.Count == 0 ? 0 : _ids.Values.Max() + 1;
        _tokens = new string?[Size];
        _added = new AddedToken?[Size];
        foreach (var (token, id) in model)
        {
            _tokens[id] = token;
        }

        foreach (var token in added)
        {
            _tokens[token.Id] = token.Content;
            _added[token.Id] = token;
        }
    }

    /// <summary>The highest id plus one.</summary>
    public int Size { get; }

    /// <summary>The tokens that merging can give: without the added ones.</summary>
    public IReadOnlyDictionary<string, int> ModelIds { get; }

    public bool TryGetId(ReadOnlySpan<char> token, out int id) => _idsBySpan.TryGetValue(token, out id);

    public string? TokenAt(int id) => (uint)id < (uint)_tokens.Length ? _tokens[id] : null;

    public AddedToken? AddedAt(int id) => (uint)id < (uint)_added.Length ? _added[id] : null;
}
