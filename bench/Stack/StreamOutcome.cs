namespace ExpertCluster.Bench.Stack;

/// <summary>What came of a stream.</summary>
/// <param name="Tokens">Tokens generated.</param>
/// <param name="Chunks">Messages that they came in.</param>
/// <param name="Hash">Of the token ids, so that two ways to the same tokens can be held equal.</param>
internal readonly record struct StreamOutcome(int Tokens, int Chunks, int Hash)
{
    public StreamOutcome WithToken(int id) => this with { Tokens = Tokens + 1, Hash = unchecked((Hash * 31) + id) };

    public StreamOutcome WithChunk() => this with { Chunks = Chunks + 1 };

    public StreamOutcome And(StreamOutcome next) => new(Tokens + next.Tokens, Chunks + next.Chunks, unchecked((Hash * 31) + next.Hash));
}
