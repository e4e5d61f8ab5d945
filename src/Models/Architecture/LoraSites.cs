namespace ExpertCluster.Models.Architecture;

/// <summary>The graph's names for the fused projections, and what each is made of.</summary>
public static class LoraSites
{
    public static IReadOnlyList<LoraSite> All { get; } = [LoraSite.QueryKeyValue, LoraSite.Output, LoraSite.GateUp, LoraSite.Down];

    /// <summary>As in the inputs lA.{layer}.{site} and lB.{layer}.{site}.</summary>
    public static string GraphName(this LoraSite site) => site switch
    {
        LoraSite.QueryKeyValue => "qkv",
        LoraSite.Output => "o",
        LoraSite.GateUp => "gu",
        LoraSite.Down => "down",
        _ => throw new ArgumentOutOfRangeException(nameof(site), site, null),
    };

    /// <summary>Elements of the site's input vector.</summary>
    public static int InputWidth(this LoraSite site, ModelShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return site switch
        {
            LoraSite.Output => shape.QueryWidth,
            LoraSite.Down => shape.Intermediate,
            _ => shape.Hidden,
        };
    }

    /// <summary>Output widths of the site's modules, in their order in the fused output.</summary>
    public static IReadOnlyList<int> Segments(this LoraSite site, ModelShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return site switch
        {
            LoraSite.QueryKeyValue when shape.FusedProjections => [shape.QueryKeyValueWidth],
            LoraSite.GateUp when shape.FusedProjections => [2 * shape.Intermediate],
            LoraSite.QueryKeyValue => [shape.QueryWidth, shape.KeyValueWidth, shape.KeyValueWidth],
            LoraSite.GateUp => [shape.Intermediate, shape.Intermediate],
            _ => [shape.Hidden],
        };
    }

    public static int OutputWidth(this LoraSite site, ModelShape shape) => site.Segments(shape).Sum();
}
