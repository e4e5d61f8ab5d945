namespace ExpertCluster.Node.Telemetry;

/// <summary>What a log says of an exception that is no fault of ours: some carry others' stacks in their messages.</summary>
public static class OneLine
{
    private const int MostCharacters = 400;

    /// <summary>The first line of the message, cut to some hundred characters.</summary>
    public static string Of(Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        var line = error.Message.AsSpan().Trim();
        int end = line.IndexOfAny('\r', '\n');
        line = end < 0 ? line : line[..end].TrimEnd();
        return line.Length <= MostCharacters ? line.ToString() : string.Concat(line[..MostCharacters], "...");
    }
}
