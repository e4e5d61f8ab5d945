using ExpertCluster.Node.Security;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace ExpertCluster.Cli.Running;

/// <summary>
/// The token that this program shows to a router's admin API: the first of a file, or of what the router itself is told by. Read for each call, so that the
/// file may change.
/// </summary>
/// <param name="file">Null: the variables say.</param>
/// <param name="variable">Reads one of the environment; null where it is not set.</param>
internal sealed class AdminLogin(string? file, Func<string, string?> variable)
{
    public const string Token = "EXPERTCLUSTER__ROUTER__ADMINTOKEN";
    public const string TokenFile = "EXPERTCLUSTER__ROUTER__ADMINTOKENFILE";

    /// <summary>By the environment of this process.</summary>
    public static AdminLogin OfProcess(string? file = null) => new(file, Environment.GetEnvironmentVariable);

    /// <summary>Calls that show the token, where there is one. They fail with <see cref="ClusterCallException"/> where it can't be read.</summary>
    public CallInvoker Over(CallInvoker calls) => calls.Intercept(headers =>
    {
        if (Read() is { } token)
        {
            headers.Add("authorization", $"Bearer {token}");
        }

        return headers;
    });

    private string? Read() =>
        file is not null ? First("--token-file", BearerTokens.ReadFile(file))
        : variable(TokenFile) is { Length: > 0 } named ? First(TokenFile, BearerTokens.ReadFile(named))
        : variable(Token) is { Length: > 0 } text ? First(Token, BearerTokens.Parse(text))
        : null;

    private static string First(string name, BearerTokens tokens) =>
        tokens.Problem is { } problem ? throw new ClusterCallException($"{name} {problem}") : tokens.Tokens[0];
}
