using ExpertCluster.V1;
using Google.Protobuf;

namespace ExpertCluster.Router.Apis.Admin;

/// <summary>The gates, over HTTP.</summary>
internal sealed class GateEndpoints(AdminAnswers answers, AdminChangeEndpoints bodies, GateLook look, GateChanges changes, GateDiffs diffs)
{
    public Task GetAsync(HttpContext http) => answers.WriteAsync(http, () => Task.FromResult<IMessage>(look.Status()));

    public Task FitAsync(HttpContext http) => bodies.ChangeAsync(http, async (options, by, end) =>
    {
        var request = await AdminChangeEndpoints.BodyAsync<FitGateRequest>(http);
        request.Options = options;
        return await changes.FitAsync(request, by, end);
    });

    public Task ShiftAsync(HttpContext http) => bodies.ChangeAsync(http, async (options, by, end) =>
    {
        var request = await AdminChangeEndpoints.BodyAsync<ShiftGateRequest>(http);
        request.Options = options;
        return await changes.ShiftAsync(request, by, end);
    });

    public Task PromoteAsync(HttpContext http) => bodies.ChangeAsync(http, async (options, by, end) =>
    {
        var request = await AdminChangeEndpoints.BodyAsync<PromoteGateRequest>(http);
        request.Options = options;
        return await changes.PromoteAsync(request, by, end);
    });

    public Task RollBackAsync(HttpContext http) =>
        bodies.ChangeAsync(http, (options, by, end) => changes.RollBackAsync(new RollBackGateRequest { Options = options }, by, end));

    /// <summary>It changes nothing; but it is asked with a body, and costs time.</summary>
    public Task DiffAsync(HttpContext http) => answers.WriteAsync(http, async () =>
    {
        BrowserGuard.Demand(http);
        return await diffs.OfAsync(await AdminChangeEndpoints.BodyAsync<DiffGatesRequest>(http), http.RequestAborted);
    });
}
