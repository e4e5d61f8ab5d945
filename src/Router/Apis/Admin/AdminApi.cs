namespace ExpertCluster.Router.Apis.Admin;

/// <summary>What operators ask: expertcluster.v1.Admin, and the same over HTTP below /admin.</summary>
internal sealed class AdminApi(AdminEndpoints admin, AdminChangeEndpoints changes, GateEndpoints gate) : IApi
{
    public string Name => "admin";

    public bool IsAdmin => true;

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcService<AdminService>();
        endpoints.MapGet("/admin/experts", admin.ListExpertsAsync);
        endpoints.MapGet("/admin/experts/{name}", (HttpContext http, string name) => admin.GetExpertAsync(http, name));
        endpoints.MapPut("/admin/experts/{name}", (HttpContext http, string name) => changes.ApplyAsync(http, name));
        endpoints.MapDelete("/admin/experts/{name}", (HttpContext http, string name) => changes.RemoveAsync(http, name));
        endpoints.MapPost("/admin/experts/{name}/scale", (HttpContext http, string name) => changes.ScaleAsync(http, name));
        endpoints.MapPost("/admin/experts/{name}/pin", (HttpContext http, string name) => changes.PinAsync(http, name));
        endpoints.MapPost("/admin/experts/{name}/promote", (HttpContext http, string name) => changes.PromoteAsync(http, name));
        endpoints.MapPost("/admin/experts/{name}/rollback", (HttpContext http, string name) => changes.RollBackAsync(http, name));
        endpoints.MapPost("/admin/experts/{name}/reset", (HttpContext http, string name) => changes.ResetAsync(http, name));
        endpoints.MapGet("/admin/hosts", admin.ListHostsAsync);
        endpoints.MapPost("/admin/hosts/{name}/drain", (HttpContext http, string name) => changes.DrainAsync(http, name));
        endpoints.MapPost("/admin/hosts/{name}/resume", (HttpContext http, string name) => changes.ResumeAsync(http, name));
        endpoints.MapGet("/admin/gate", gate.GetAsync);
        endpoints.MapPost("/admin/gate/fit", gate.FitAsync);
        endpoints.MapPost("/admin/gate/percent", gate.ShiftAsync);
        endpoints.MapPost("/admin/gate/promote", gate.PromoteAsync);
        endpoints.MapPost("/admin/gate/rollback", gate.RollBackAsync);
        endpoints.MapPost("/admin/gate/diff", gate.DiffAsync);
        endpoints.MapGet("/admin/changes", changes.ListAsync);
        endpoints.MapGet("/admin/feedback", admin.ListFeedbackAsync);
    }
}
