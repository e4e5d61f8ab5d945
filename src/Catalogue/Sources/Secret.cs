namespace ExpertCluster.Catalogue.Sources;

/// <summary>A text that no log and no message may show: printing it, or a record that holds it, shows stars.</summary>
public sealed class Secret(string value)
{
    internal string Reveal() => value;

    public override string ToString() => "***";
}
