using ExpertCluster.Router.Options;
using Microsoft.AspNetCore.Cors.Infrastructure;

namespace ExpertCluster.Router.Apis;

/// <summary>Lets pages of other origins call the faces of clients from a browser (CORS), where settings name any.</summary>
internal static class ClientPages
{
    private const string Policy = "clients";

    /// <summary>For so long a browser does not ask again.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(10);

    public static void Add(IServiceCollection services, RouterOptions options)
    {
        if (options.CorsOrigins is { Count: > 0 } origins)
        {
            services.AddCors(cors => cors.AddPolicy(Policy, policy => Allow(policy, [.. origins])));
        }
    }

    public static void Use(WebApplication app, RouterOptions options)
    {
        if (options.CorsOrigins is { Count: > 0 })
        {
            app.UseCors();
        }
    }

    /// <param name="group">Of a face.</param>
    /// <param name="face">Operators' ones take no calls of pages.</param>
    /// <param name="options">Of the router.</param>
    public static void Open(RouteGroupBuilder group, IApi face, RouterOptions options)
    {
        if (!face.IsAdmin && options.CorsOrigins is { Count: > 0 })
        {
            group.RequireCors(Policy);
        }
    }

    /// <summary>No cookies: keys stand in headers.</summary>
    private static void Allow(CorsPolicyBuilder policy, string[] origins) => (origins is [ClientOrigins.All] ? policy.AllowAnyOrigin() : policy.WithOrigins(origins))
        .WithMethods(HttpMethods.Get, HttpMethods.Post, HttpMethods.Delete)
        .AllowAnyHeader()
        .WithExposedHeaders("Retry-After", "X-Request-Id", HeldCalls.Header)
        .SetPreflightMaxAge(Remembered);
}
