namespace Orleans.Configuration;

/// <summary>For a cluster of several machines, which this implementation refuses at start-up.</summary>
public class AdoNetClusteringSiloOptions
{
    public string? Invariant { get; set; }

    public string? ConnectionString { get; set; }
}
