using ExpertCluster.Catalogue;
using ExpertCluster.Node.Security;
using ExpertCluster.Node.Settings;

namespace ExpertCluster.Router.Options;

/// <summary>What the attributes of <see cref="RouterOptions"/> can't say.</summary>
internal sealed class RouterOptionsRules : SettingsRules<RouterOptions>
{
    protected override IEnumerable<(string Property, string Problem)> ProblemsOf(RouterOptions options)
    {
        if (options.HasAdminPorts && options.AdminHttpPort == options.AdminGrpcPort)
        {
            yield return (nameof(options.AdminGrpcPort), $"is {options.AdminGrpcPort}, and so is {nameof(options.AdminHttpPort)}; each needs a port of its own");
        }

        if (options.AdminToken.Length > 0 && options.AdminTokenFile.Length > 0)
        {
            yield return (nameof(options.AdminTokenFile), $"and {nameof(options.AdminToken)} are both set; one of them has the token");
        }
        else if (AdminTokensOf(options) is { Problem: { } wrong } found)
        {
            yield return (found.Property, wrong);
        }

        if (options.HeldStreamBytes > options.HeldBytes)
        {
            yield return (nameof(options.HeldStreamBytes), $"is {options.HeldStreamBytes}; it must be no more than {nameof(options.HeldBytes)}, which is {options.HeldBytes}");
        }

        if (OriginsProblemOf(options.CorsOrigins ?? []) is { } origins)
        {
            yield return (nameof(options.CorsOrigins), origins);
        }

        if (options.OnDemand.Length > 0 && !options.OnDemand.Contains(RouterOptions.NamePlace, StringComparison.Ordinal))
        {
            yield return (nameof(options.OnDemand), $"is '{options.OnDemand}'; it must have {RouterOptions.NamePlace} where the expert's name goes");
        }
        else if (SourceUri.Is(options.OnDemand) && SourceUri.ProblemOf(options.OnDemand) is { } problem)
        {
            yield return (nameof(options.OnDemand), $"is {SourceUri.Shown(options.OnDemand)}: it {problem}");
        }
    }

    private static string? OriginsProblemOf(IReadOnlyList<string> origins) => origins.Count > RouterOptions.MostOrigins
        ? $"has {origins.Count} entries; at most {RouterOptions.MostOrigins} are taken"
        : origins.Contains(ClientOrigins.All) && origins.Count > 1
            ? $"has {ClientOrigins.All} and others; it stands alone, for all"
            : origins.FirstOrDefault(origin => origin != ClientOrigins.All && !ClientOrigins.IsOrigin(origin)) is { } wrong
                ? $"has '{wrong}'; an origin is http:// or https://, a host in lower case and its port, and nothing behind"
                : null;

    // What is wrong with a token is said without it.
    private static (string Property, string? Problem) AdminTokensOf(RouterOptions options) => options.AdminTokenFile.Length > 0
        ? (nameof(options.AdminTokenFile), BearerTokens.ReadFile(options.AdminTokenFile).Problem)
        : (nameof(options.AdminToken), options.AdminToken.Length > 0 ? BearerTokens.Parse(options.AdminToken).Problem : null);
}
