namespace ExpertCluster.Node.Settings;

/// <summary>A text of a bounded length.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SettingTextAttribute(int least, int most) : SettingAttribute
{
    public int Least { get; } = least;

    public int Most { get; } = most;

    public override string Allowed => $"{Least} to {Most} characters, no comma";

    protected override string? ProblemOf(object value) =>
        value is string text && text.Length >= Least && text.Length <= Most && !text.Contains(',', StringComparison.Ordinal)
            ? null
            : $"must have {Allowed}";
}
