namespace ExpertCluster.Bench.Stack;

/// <summary>
/// Requests that run to their full length. The demo's model ends its answers after ten tokens, so a round of those would
/// measure prompts and round trips. After a senseless prompt, at a high temperature, it rambles; and since randomness is a
/// function of seed and position alone, a seed that rambles long enough once always does.
/// </summary>
internal static class Workload
{
    private const float Temperature = 2;
    private const int MostTries = 4096;

    private static readonly string Prompt = new('a', 80);

    public static async Task<IReadOnlyList<StreamRequest>> FindAsync(
        ITokenSource source, int streams, int tokens, CancellationToken cancellation)
    {
        List<StreamRequest> found = [];
        for (ulong seed = 1; found.Count < streams; seed += (ulong)streams)
        {
            if (seed > MostTries)
            {
                throw new InvalidOperationException($"fewer than {streams} of {MostTries} seeds give {tokens} tokens");
            }

            var tried = Enumerable.Range(0, streams).Select(i => new StreamRequest(Prompt, tokens, Temperature, seed + (ulong)i)).ToList();
            var outcomes = await Task.WhenAll(tried.Select(r => source.GenerateAsync(r, cancellation)));
            found.AddRange(tried.Where((_, i) => outcomes[i].Tokens == tokens));
        }

        return found[..streams];
    }
}
