using Microsoft.Extensions.Options;

namespace ExpertCluster.Client;

/// <summary>Checks options of clusters by the names of their connections.</summary>
internal sealed class ClientOptionsValidator : IValidateOptions<ExpertClusterClientOptions>
{
    public ValidateOptionsResult Validate(string? name, ExpertClusterClientOptions options) => options.Problems() is { Count: > 0 } problems
        ? ValidateOptionsResult.Fail(problems.Select(problem => $"ConnectionStrings:{name}, or the options of that client: {problem}"))
        : ValidateOptionsResult.Success;
}
