using System.Net;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Options;
using Microsoft.AspNetCore.Connections.Features;

namespace ExpertCluster.Router.Apis.Admin;

/// <summary>
/// Who may ask the admin API. The connection's own address decides: where the framework is told to take the caller's from a header
/// (ASPNETCORE_FORWARDEDHEADERS_ENABLED), that can make a caller a stranger, never one of the machine's own.
/// </summary>
internal sealed class AdminAccess(RouterOptions options)
{
    private static readonly string Setting = RouterOptions.NameOf(nameof(RouterOptions.Admin));

    /// <exception cref="RequestFailedException">The caller may not.</exception>
    public void Demand(HttpContext http)
    {
        var refusal = Refusal(http.Connection.RemoteIpAddress);
        if (http.Features.Get<IConnectionEndPointFeature>()?.RemoteEndPoint is IPEndPoint connected)
        {
            refusal ??= Refusal(connected.Address);
        }

        if (refusal is not null)
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
}
