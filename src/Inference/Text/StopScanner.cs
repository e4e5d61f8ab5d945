namespace ExpertCluster.Inference.Text;

/// <summary>
/// Finds the first stop string that the text completes, however tokens cut it, and holds back what may yet become one.
/// Of two that end at the same place the longer one counts. So the text before it is the same for every cutting.
/// </summary>
internal sealed class StopScanner(IReadOnlyList<string> stops)
{
    private string _held = "";

    /// <summary>Whether a stop string is complete; nothing may be appended after that.</summary>
    public bool Stopped => Found is not null;

    /// <summary>The one that is complete; null: none.</summary>
    public string? Found { get; private set; }

    /// <summary>Takes new text; returns what is now certain to be part of the output.</summary>
    public string Append(string text)
    {
        if (stops.Count == 0 || text.Length == 0)
        {
            return text;
        }

        string pending = _held + text;
        var (start, found) = FirstStop(pending);
        if (found is not null)
        {
            Found = found;
            _held = "";
            return pending[..start];
        }

        int keep = HeldLength(pending);
        _held = pending[^keep..];
        return pending[..^keep];
    }

    /// <summary>The text that was held back, at the end of the sequence.</summary>
    public string Flush()
    {
        string held = _held;
        _held = "";
        return held;
    }

    private (int Start, string? Stop) FirstStop(string pending)
    {
        var (start, end, found) = (-1, int.MaxValue, (string?)null);
        foreach (string stop in stops)
        {
            int at = pending.IndexOf(stop, StringComparison.Ordinal);
            if (at >= 0 && (at + stop.Length < end || (at + stop.Length == end && at < start)))
            {
                (start, end, found) = (at, at + stop.Length, stop);
            }
        }

        return (start, found);
    }

    /// <summary>The length of the longest end of the text that a stop string begins with.</summary>
    private int HeldLength(string pending)
    {
        int longest = 0;
        foreach (string stop in stops)
        {
            for (int length = Math.Min(stop.Length - 1, pending.Length); length > longest; length--)
            {
                if (pending.AsSpan(pending.Length - length).SequenceEqual(stop.AsSpan(0, length)))
                {
                    longest = length;
                    break;
                }
            }
        }

        return longest;
    }
}
