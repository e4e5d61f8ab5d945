using ExpertCluster.Contracts.Failures;

namespace ExpertCluster.Router.Planning;

/// <summary>One request's luck, expert by expert: a plan that is made anew finds the same. Not thread-safe.</summary>
internal sealed class VersionDraws(Random random)
{
    private const double Whole = 100;

    /// <summary>In an expert's place: no expert can be called so.</summary>
    private const string Gate = "/gate";

    private Dictionary<string, double>? _drawn;
    private Dictionary<string, Failure>? _left;
    private bool _isCopied;
    private bool _hasLeft;

    /// <summary>Whom plans leave out from now on, as they failed at it, and how; null: nobody.</summary>
    public IReadOnlyDictionary<string, Failure>? Left => _left;

    /// <summary>An expert failed at it, and would do so again.</summary>
    public void Leave(string expert, Failure failure) => (_left ??= new(StringComparer.Ordinal))[expert] = failure;

    /// <summary>Whether the candidate for the gate plans it.</summary>
    /// <param name="percent">As of <see cref="IsDrawn"/>.</param>
    public bool IsOfCandidate(int percent) => !_hasLeft && IsDrawn(Gate, percent);

    /// <summary>The candidate plans it no more.</summary>
    public void LeaveCandidate() => _hasLeft = true;

    /// <summary>Whether this is the first time that the candidate may see a copy of it.</summary>
    public bool TakeCopy() => !_isCopied && (_isCopied = true);

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
