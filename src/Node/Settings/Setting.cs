using System.ComponentModel;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace ExpertCluster.Node.Settings;

/// <summary>One setting: a property of a record of them.</summary>
public sealed class Setting
{
    private const int LongestShown = 64;

    /// <summary>No text may, and no path can.</summary>
    private const string HoldsNul = "holds the character NUL";

    internal Setting(string section, PropertyInfo property)
    {
        Property = property;
        Key = property.GetCustomAttribute<ConfigurationKeyNameAttribute>()?.Name ?? property.Name;
        Name = $"{section}:{Key}";
    }

    /// <summary>Below its section: "QueueLimit", "Clustering:File".</summary>
    public string Key { get; }

    /// <summary>The whole name: "ExpertCluster:Router:QueueLimit".</summary>
    public string Name { get; }

    /// <summary>The environment variable: "EXPERTCLUSTER__ROUTER__QUEUELIMIT".</summary>
    public string Variable => Name.Replace(":", "__", StringComparison.Ordinal).ToUpperInvariant();

    public PropertyInfo Property { get; }

    /// <summary>Its elements stand below it: "...:0", "...:1".</summary>
    public bool IsList => typeof(IReadOnlyList<string>).IsAssignableFrom(Property.PropertyType);

    /// <summary>Numbers stand below it, each under a name.</summary>
    public bool IsTable => typeof(IReadOnlyDictionary<string, double>).IsAssignableFrom(Property.PropertyType);

    public SettingAttribute? Rule => Property.GetCustomAttribute<SettingAttribute>();

    /// <summary>The default in words, where the property's own value can't say it.</summary>
    public string? DefaultInWords => Property.GetCustomAttribute<SettingDefaultAttribute>()?.Words;

    /// <summary>What it is made of, in words.</summary>
    public string Kind => Type.GetTypeCode(ValueType) switch
    {
        TypeCode.Boolean => "true or false",
        TypeCode.Int32 => "whole number",
        TypeCode.Double => "number",
        _ when IsList => "list of texts",
        _ when IsTable => "numbers by name",
        _ => "text",
    };

    private Type ValueType => Nullable.GetUnderlyingType(Property.PropertyType) ?? Property.PropertyType;

    /// <summary>Why a text can't be this setting's value, or null: the end of a sentence that begins with the setting's name.</summary>
    internal string? ProblemOf(string? text)
    {
        if (IsList || IsTable)
        {
            // An empty list in a JSON file comes as an empty text.
            return string.IsNullOrEmpty(text) ? null
                : IsList ? $"is a list; name its elements: {Name}:0, {Name}:1 and so on"
                : $"is a table; name what stands in it: {Name}:NAME";
        }

        if (text is null)
        {
            return Nullable.GetUnderlyingType(Property.PropertyType) is null ? "has no value" : null;
        }

        return text.Contains('\0', StringComparison.Ordinal) ? HoldsNul : CanRead(text, Property.PropertyType) ? null : $"is '{Shown(text)}'; it must be {Wanted}";
    }

    /// <summary>The same of what stands below a list or a table: the end of a sentence that begins with the element's name.</summary>
    internal string? ProblemOfElement(string? text) =>
        text is null ? "has no value"
        : text.Contains('\0', StringComparison.Ordinal) ? HoldsNul
        : IsList || CanRead(text, typeof(double)) ? null
        : $"is '{Shown(text)}'; it must be a number";

    private string Wanted
    {
        get
        {
            string kind = ValueType == typeof(bool) ? Kind : "a " + Kind;
            return Rule is SettingRangeAttribute range ? $"{kind}, {range.Allowed}" : kind;
        }
    }

    private static string Shown(string text) => text.Length <= LongestShown ? text : text[..LongestShown] + "...";

    // By the converter that the framework binds with, so that what passes here is bound.
    private static bool CanRead(string text, Type type)
    {
        var value = Nullable.GetUnderlyingType(type);
        if (type == typeof(string) || (value is not null && text.Length == 0))
        {
            return true;
        }

        try
        {
            return TypeDescriptor.GetConverter(value ?? type).ConvertFromInvariantString(text) is not null;
        }
#pragma warning disable CA1031 // Converters throw what they like, Exception itself among it.
        catch (Exception)
#pragma warning restore CA1031
        {
            return false;
        }
    }
}
