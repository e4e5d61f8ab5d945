namespace ExpertCluster.Cli.GateBench.Measuring;

/// <summary>One cell of a table.</summary>
/// <param name="Name">Its row.</param>
/// <param name="Value">Measured.</param>
/// <param name="Spread">Half of its 95 % interval; null: none was made.</param>
/// <param name="IsLessBetter">Whether less is better; null: neither is.</param>
internal sealed record Figure(string Name, double Value, double? Spread, bool? IsLessBetter)
{
    /// <summary>How it is written.</summary>
    public string Format { get; init; } = "0.00";
}
