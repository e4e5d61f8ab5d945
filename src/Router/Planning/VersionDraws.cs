namespace ExpertCluster.Router.Planning;

/// <summary>One request's luck, expert by expert: a plan that is made anew finds the same. Not thread-safe.</summary>
internal sealed class VersionDraws(Random random)
{
    private const double Whole = 100;

    private Dictionary<string, double>? _drawn;

    /// <param name="expert">Its name.</param>
    /// <param name="percent">0: never; 100: always.</param>
    public bool IsDrawn(string expert, int percent)
    {
        _drawn ??= new(StringComparer.Ordinal);
        if (!_drawn.TryGetValue(expert, out double drawn))
        {
            _drawn.Add(expert, drawn = random.NextDouble() * Whole);
        }

        return drawn < percent;
    }
}
