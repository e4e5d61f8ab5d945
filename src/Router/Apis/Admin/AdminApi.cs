namespace ExpertCluster.Router.Apis.Admin;

/// <summary>What operators ask: expertcluster.v1.Admin, and the same over HTTP below /admin.</summary>
internal sealed class AdminApi(AdminEndpoints admin) : IApi
{
    public string Name => "admin";

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcService<AdminService>();
        endpoints.MapGet("/admin/experts", admin.ListExpertsAsync);
        endpoints.MapGet("/admin/experts/{name}", (HttpContext http, string name) => admin.GetExpertAsync(http, name));
        endpoints.MapGet("/admin/hosts", admin.ListHostsAsync);
    }
}
