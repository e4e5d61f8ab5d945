using System.Net;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Options;
using Microsoft.AspNetCore.HttpOverrides;

namespace ExpertCluster.Router.Apis.Admin;

/// <summary>
/// Who may ask the admin API: by the address, and by a token where one is set. The connection's own address decides: one that the framework took from a
/// header (ASPNETCORE_FORWARDEDHEADERS_ENABLED), which it tells by another header, makes nobody one of the machine's own.
/// </summary>
internal sealed class AdminAccess(RouterOptions options, AdminTokens tokens)
{
    private const string Scheme = "Bearer ";

    private static readonly string Setting = RouterOptions.NameOf(nameof(RouterOptions.Admin));

    /// <exception cref="RequestFailedException">The caller may not.</exception>
    public void Demand(HttpContext http)
    {
        bool isNamed = http.Request.Headers.ContainsKey(ForwardedHeadersDefaults.XOriginalForHeaderName);
        if ((Refusal(isNamed ? null : http.Connection.RemoteIpAddress) ?? RefusalOf(http.Request.Headers.Authorization.ToString())) is { } refusal)
        {
            throw new RequestFailedException(refusal);
        }
    }

    /// <param name="caller">Null where the connection has no address: nobody knows who that is.</param>
    /// <returns>Null: the caller may.</returns>
    public Failure? Refusal(IPAddress? caller) => options.Admin switch
    {
        AdminCallers.On => null,
        AdminCallers.Local when caller is not null && IPAddress.IsLoopback(caller.IsIPv4MappedToIPv6 ? caller.MapToIPv4() : caller) => null,
        AdminCallers.Local => new Failure(FailureKind.Forbidden, $"the admin API answers callers on the router's own machine only; {Setting} says so"),
        _ => new Failure(FailureKind.Forbidden, $"the admin API is switched off; {Setting} says so"),
    };

    /// <param name="authorization">As it was sent; two headers of that name come with a comma, which no token has.</param>
    /// <returns>Null: the caller may.</returns>
    public Failure? RefusalOf(string authorization) => authorization switch
    {
        _ when !tokens.AreAsked => null,
        "" => new Failure(FailureKind.Unauthenticated, "the admin API asks for a token: Authorization: Bearer TOKEN"),
        _ when !authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) =>
            new Failure(FailureKind.Unauthenticated, "the admin API asks for a token: Authorization must begin with Bearer"),
        _ when tokens.Knows(authorization[Scheme.Length..].Trim()) => null,
        _ => new Failure(FailureKind.Unauthenticated, "the token is none that the admin API takes"),
    };
}
