namespace ExpertCluster.Client;

/// <summary>What options may be.</summary>
internal static class ClientLimits
{
    /// <summary>The model that is the gate's choice.</summary>
    public const string Auto = "auto";

    /// <summary>Characters of an endpoint, a key or a connection string.</summary>
    public const int LongestText = 8192;

    /// <summary>Characters of a model's name.</summary>
    public const int LongestModel = 256;

    /// <summary>Addresses of an endpoint.</summary>
    public const int MostAddresses = 64;

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    public static IReadOnlyList<string> Check(ExpertClusterClientOptions options)
    {
        List<string> problems = [];
        if (EndpointProblem(options.Endpoint ?? "") is { } problem)
        {
            problems.Add($"{nameof(options.Endpoint)} {problem}");
        }

        if (options.Key is { } key && (key.Length is 0 or > LongestText || key.Any(c => c is < ' ' or > '~')))
        {
            problems.Add($"{nameof(options.Key)} must have 1 to {LongestText} printable ASCII characters");
        }

        if (options.Model is not { Length: > 0 and <= LongestModel })
        {
            problems.Add($"{nameof(options.Model)} must have 1 to {LongestModel} characters");
        }

        if (options.Timeout < Shortest || options.Timeout > Longest)
        {
            problems.Add($"{nameof(options.Timeout)} is {options.Timeout}; it must be 1 second to 1 day");
        }

        return problems;
    }

    /// <summary>The addresses of an endpoint that <see cref="Check"/> has nothing against; at least one.</summary>
    public static IReadOnlyList<Uri> Addresses(string endpoint) => [.. Split(endpoint).Select(address => new Uri(address))];

    private static string? EndpointProblem(string endpoint)
    {
        if (string.IsNullOrWhiteSpace(endpoint))
        {
            return "is missing";
        }

        if (endpoint.Length > LongestText)
        {
            return $"has more than {LongestText} characters";
        }

        string[] addresses = Split(endpoint);
        if (addresses.Length is 0 or > MostAddresses)
        {
            return $"must have 1 to {MostAddresses} addresses";
        }

        if (Array.Find(addresses, address => !IsAddress(address)) is { } wrong)
        {
            return $"has '{wrong}', which is no address like http://host:port, https://host:port or dns:///host:port";
        }

        string[] schemes = [.. addresses.Select(address => new Uri(address).Scheme).Distinct()];
        return addresses.Length > 1 && (schemes.Length > 1 || schemes[0] == "dns") ? "has several addresses, which must all be http or all be https" : null;
    }

    private static bool IsAddress(string address) => Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme switch
    {
        "http" or "https" => uri.PathAndQuery == "/" && uri.UserInfo.Length == 0,
        "dns" => uri.AbsolutePath.Length > 1,
        _ => false,
    };

    private static string[] Split(string addresses) => addresses.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
