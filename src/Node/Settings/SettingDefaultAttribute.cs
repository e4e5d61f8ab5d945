namespace ExpertCluster.Node.Settings;

/// <summary>The default of a setting that takes any text, in words, where the property's own value can't say it.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SettingDefaultAttribute(string words) : Attribute
{
    public string Words { get; } = words;
}
