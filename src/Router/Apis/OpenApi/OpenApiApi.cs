using ExpertCluster.Router.Options;
using Scalar.AspNetCore;

namespace ExpertCluster.Router.Apis.OpenApi;

/// <summary>What the clients' HTTP API takes, as an OpenAPI document, and a page that shows it. Neither asks other hosts for anything.</summary>
internal sealed class OpenApiApi(RouterOptions options) : IApi
{
    private const string Document = "/openapi.json";
    private const string Page = "/docs";

    /// <summary>Browsers hold the page to it, whatever its script has in mind.</summary>
    private const string OwnHostAlone = "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:";

    public string Name => "openapi";

    public void Map(IEndpointRouteBuilder endpoints)
    {
        if (!options.OpenApi)
        {
            return;
        }

        byte[] document = OpenApiDocument.Make();
        endpoints.MapGet(Document, () => Results.Bytes(document, "application/json"));
        var shown = endpoints.MapGroup("").AddEndpointFilter((call, next) =>
        {
            call.HttpContext.Response.Headers.ContentSecurityPolicy = OwnHostAlone;
            return next(call);
        });
        shown.MapScalarApiReference(Page, page => page
            .WithTitle(OpenApiDocument.Title)
            .WithOpenApiRoutePattern(Document)
            .DisableDefaultFonts()
            .DisableTelemetry()
            .DisableAgent());
    }
}
