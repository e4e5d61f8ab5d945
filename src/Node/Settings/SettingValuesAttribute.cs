namespace ExpertCluster.Node.Settings;

/// <summary>One of some words.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SettingValuesAttribute(params string[] values) : SettingAttribute
{
    public IReadOnlyList<string> Values { get; } = values;

    /// <summary>Whether upper and lower case are alike.</summary>
    public bool AnyCase { get; init; }

    public override string Allowed => string.Join(", ", Values);

    protected override string? ProblemOf(object value) =>
        Values.Contains((string)value, AnyCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal)
            ? null
            : $"is '{value}'; it must be one of {Allowed}";
}
