using System.Data.Common;

namespace ExpertCluster.Client;

/// <summary>Reads connection strings, with the quoting that .NET's have.</summary>
internal static class ConnectionStrings
{
    private const string Form = "it is written Endpoint=http://host:port;Key=...;Model=...";

    /// <exception cref="FormatException">It can't be read, or has a part of another name.</exception>
    public static void Onto(ExpertClusterClientOptions options, string text)
    {
        if (text.Length > ClientLimits.LongestText)
        {
            throw new FormatException($"the connection string has more than {ClientLimits.LongestText} characters");
        }

        foreach (var (name, value) in Parse(text))
        {
            switch (name.ToUpperInvariant())
            {
                case "ENDPOINT":
                    options.Endpoint = value;
                    break;
                case "KEY":
                    options.Key = value.Length > 0 ? value : null;
                    break;
                case "MODEL":
                    options.Model = value;
                    break;
                default:
                    throw new FormatException($"the connection string has {name}, which is no part of one: {Form}");
            }
        }
    }

    /// <summary>The parser's own words would show the key.</summary>
    private static IEnumerable<(string Name, string Value)> Parse(string text)
    {
        var parts = new DbConnectionStringBuilder();
        try
        {
            parts.ConnectionString = text;
        }
        catch (ArgumentException)
        {
            throw new FormatException($"the connection string can't be read: {Form}");
        }

        return parts.Keys.Cast<string>().Select(name => (name, parts[name].ToString() ?? ""));
    }
}
